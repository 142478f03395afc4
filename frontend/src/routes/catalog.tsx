import { Tags } from '../features/catalog/Tags';
import { Templates } from '../features/catalog/Templates';

export function TagsRoute() {
  return <Tags />;
}
export function TemplatesRoute() {
  return <Templates />;
}
