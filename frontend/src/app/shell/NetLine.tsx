import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../api/connection';
import { queue } from '../../api/queue';
import { useOnline } from '../../lib/hooks';
import { useStore } from '../../lib/store';

const fetchWaiting = () => import('./Waiting');
const Waiting = lazy(fetchWaiting);
/** Short breaks mend unseen. */
const MOMENT = 4000;

/** The line and what waits for it, said only when it matters for longer than a moment. */
export function NetLine() {
  const { t } = useTranslation();
  const live = useLiveState();
  const online = useOnline();
  const items = useStore(queue);
  const [open, setOpen] = useState(false);
  const failed = items.filter((item) => item.failed).length;
  const waits = items.length - failed;
  const down = !online || live === 'waiting';
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (live === 'live' && online) return setLong(false);
    if (!down) return;
    const timer = setTimeout(() => setLong(true), online ? MOMENT : 0);
    return () => clearTimeout(timer);
  }, [live, online, down]);
  useEffect(() => {
    // Here before the line breaks: then nothing can be fetched.
    const timer = setTimeout(() => void fetchWaiting().catch(() => undefined), MOMENT);
    return () => clearTimeout(timer);
  }, []);
  const words = [
    long && t('live.down'),
    waits > 0 && t(long ? 'offline.wait' : 'offline.sending', { count: waits }),
    failed > 0 && t('offline.refused', { count: failed }),
  ].filter(Boolean);
  return (
    <>
      {words.length > 0 && (
        <div className="net-line" data-failed={failed > 0 || undefined}>
          <span role="status">{words.join(' · ')}</span>
          {items.length > 0 && (
            <button type="button" className="link" onClick={() => setOpen(true)}>
              {t('offline.show')}
            </button>
          )}
        </div>
      )}
      {open && (
        <Suspense fallback={null}>
          <Waiting down={down} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
