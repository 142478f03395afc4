import { lazy, Suspense } from 'react';
import { useStore } from '../../lib/store';
import { failures } from './bulk/store';
import { taskMenu } from './menu/store';

const TaskMenu = lazy(() => import('./menu/TaskMenu'));
const FailuresDialog = lazy(() => import('./bulk/FailuresDialog'));

/** What stands over any screen of tasks: the context menu, and what a bulk change left undone. */
export function TaskHosts() {
  const menu = useStore(taskMenu) !== null;
  const failed = useStore(failures) !== null;
  return (
    <Suspense fallback={null}>
      {menu && <TaskMenu />}
      {failed && <FailuresDialog />}
    </Suspense>
  );
}
