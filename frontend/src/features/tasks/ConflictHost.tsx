import { lazy, Suspense } from 'react';
import { useStore } from '../../lib/store';
import { conflictAsk } from './change';

const ConflictDialog = lazy(() => import('./ConflictDialog'));

export function ConflictHost() {
  const ask = useStore(conflictAsk);
  return ask ? (
    <Suspense fallback={null}>
      <ConflictDialog key={`${ask.theirs.id}-${ask.theirs.version}`} ask={ask} />
    </Suspense>
  ) : null;
}
