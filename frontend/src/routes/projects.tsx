import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ProjectList } from '../features/projects/ProjectList';
import { ProjectPage } from '../features/projects/ProjectPage';
import { openCreate } from '../features/tasks/create/store';

export function ProjectsRoute() {
  const search = useSearch({ from: '/inside/projects' });
  const navigate = useNavigate();
  return <ProjectList search={search} onSearch={(next) => void navigate({ to: '/projects', search: next, replace: true })} />;
}
export function ProjectRoute() {
  const { id } = useParams({ from: '/inside/projects/$id' });
  const { tab } = useSearch({ from: '/inside/projects/$id' });
  return <ProjectPage key={id} id={id} tab={tab ?? 'overview'} onCreateTask={(project_id) => openCreate({ project_id })} />;
}
