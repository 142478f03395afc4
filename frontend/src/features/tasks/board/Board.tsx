import { ListSkeleton } from '../list/ListSkeleton';
import type { LayoutProps } from '../list/layout';

export default function Board(_props: LayoutProps) {
  return <ListSkeleton />;
}
