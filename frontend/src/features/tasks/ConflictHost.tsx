import { lazy, Suspense } from 'react';
import { useStore } from '../../lib/store';
import { blockedAsk, conflictAsk } from './change';

const ConflictDialog = lazy(() => import('./ConflictDialog'));
const BlockedDialog = lazy(() => import('./BlockedDialog'));

/** The questions a change may put to the person. */
export function ConflictHost() {
  const ask = useStore(conflictAsk);
  const blocked = useStore(blockedAsk);
  return (
    <Suspense fallback={null}>
      {ask && <ConflictDialog key={`${ask.theirs.id}-${ask.theirs.version}`} ask={ask} />}
      {blocked && <BlockedDialog ask={blocked} />}
    </Suspense>
  );
}
