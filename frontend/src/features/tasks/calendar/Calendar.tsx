import { ListSkeleton } from '../list/ListSkeleton';
import type { LayoutProps } from '../list/layout';

export default function Calendar(_props: LayoutProps) {
  return <ListSkeleton />;
}
