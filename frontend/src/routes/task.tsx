import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMe } from '../api/refs';
import { AsOf } from '../features/tasks/page/AsOf';
import { TaskPage } from '../features/tasks/page/TaskPage';
import { useTask } from '../features/tasks/queries';
import { sawTask } from '../lib/recent';

export function TaskRoute() {
  const { key } = useParams({ from: '/inside/tasks/$key' });
  const search = useSearch({ from: '/inside/tasks/$key' });
  const navigate = useNavigate();
  // Opened tasks are offered again on Home and in the palette.
  const seen = useTask(key).data;
  const me = useMe().id;
  useEffect(() => {
    if (seen) sawTask(me, seen);
  }, [me, seen]);
  const go = (next: typeof search, replace = false) => void navigate({ to: '/tasks/$key', params: { key }, search: next, replace });
  if (search.as_of) return <AsOf taskKey={key} at={search.as_of} onAt={(as_of) => go({ as_of }, true)} onBack={() => go({ tab: 'history' })} />;
  return <TaskPage taskKey={key} tab={search.tab ?? 'talk'} onTab={(tab) => go(tab === 'history' ? { tab } : {}, true)} onAsOf={(as_of) => go({ as_of })} />;
}
