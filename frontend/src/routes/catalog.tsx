import { Tags } from '../features/catalog/Tags';
import { Templates } from '../features/catalog/Templates';
import { openFromTemplate } from '../features/tasks/create/store';

export function TagsRoute() {
  return <Tags />;
}
export function TemplatesRoute() {
  return <Templates onUse={openFromTemplate} />;
}
