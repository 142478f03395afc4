import { useNavigate, useSearch } from '@tanstack/react-router';
import { TaskListPage } from '../features/tasks/list/TaskListPage';

export function TasksRoute() {
  const search = useSearch({ from: '/inside/tasks' });
  const navigate = useNavigate();
  return <TaskListPage search={search} onSearch={(next, replace) => void navigate({ to: '/tasks', search: next, replace })} />;
}
export function MyTasksRoute() {
  const search = useSearch({ from: '/inside/my' });
  const navigate = useNavigate();
  return <TaskListPage mine search={search} onSearch={(next, replace) => void navigate({ to: '/my', search: next, replace })} />;
}
