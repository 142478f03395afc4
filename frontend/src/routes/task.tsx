import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { AsOf } from '../features/tasks/page/AsOf';
import { TaskPage } from '../features/tasks/page/TaskPage';

export function TaskRoute() {
  const { key } = useParams({ from: '/inside/tasks/$key' });
  const search = useSearch({ from: '/inside/tasks/$key' });
  const navigate = useNavigate();
  const go = (next: typeof search, replace = false) => void navigate({ to: '/tasks/$key', params: { key }, search: next, replace });
  if (search.as_of) return <AsOf taskKey={key} at={search.as_of} onAt={(as_of) => go({ as_of }, true)} onBack={() => go({ tab: 'history' })} />;
  return <TaskPage taskKey={key} tab={search.tab ?? 'talk'} onTab={(tab) => go(tab === 'history' ? { tab } : {}, true)} onAsOf={(as_of) => go({ as_of })} />;
}
