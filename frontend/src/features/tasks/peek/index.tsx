import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import './peek.css';

const load = () => import('./PeekPanel');
const PeekPanel = lazy(load);

/**
 * The task named in the address (`?peek=ERP-12`) in a panel beside the screen it stands on. The
 * screen stays alive: its keys and clicks go on working, and what it makes current is shown here.
 */
export function Peek() {
  const { peek } = useSearch({ strict: false }) as { peek?: string };
  const navigate = useNavigate();
  useEffect(() => {
    // Fetched while nothing else happens: Space then answers at once.
    const timer = setTimeout(() => void load().catch(() => undefined), 2500);
    return () => clearTimeout(timer);
  }, []);
  if (!peek) return null;
  const close = () => void navigate({ to: '.', search: (now: Record<string, unknown>) => ({ ...now, peek: undefined }), replace: true } as never);
  return (
    <Suspense fallback={<aside className="peek" />}>
      <PeekPanel taskKey={peek} onClose={close} onPage={() => void navigate({ to: '/tasks/$key', params: { key: peek } })} />
    </Suspense>
  );
}
