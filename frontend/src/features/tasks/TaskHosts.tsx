import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { useStore } from '../../lib/store';
import { failures } from './bulk/store';
import { taskMenu } from './menu/store';

// Once fetched it is rendered without a pause, so that no key typed after S or A is lost.
let MenuNow: ComponentType | null = null;
const loadMenu = () => import('./menu/TaskMenu').then((m) => ((MenuNow = m.default), m));
const TaskMenu = lazy(loadMenu);
const FailuresDialog = lazy(() => import('./bulk/FailuresDialog'));

/** What stands over any screen of tasks: the context menu, and what a bulk change left undone. */
export function TaskHosts() {
  const menu = useStore(taskMenu) !== null;
  const failed = useStore(failures) !== null;
  useEffect(() => {
    const timer = setTimeout(() => void loadMenu().catch(() => undefined), 1200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Suspense fallback={null}>
      {menu && (MenuNow ? <MenuNow /> : <TaskMenu />)}
      {failed && <FailuresDialog />}
    </Suspense>
  );
}
