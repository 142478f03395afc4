import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { Query } from '../../../api/client';
import type { Layout, TaskSearch } from '../filters';

/**
 * What every layout of a list is given: the state in the address, a way to change it, and the
 * parameters of `GET /tasks` that the conditions make. The frame (`TaskListPage`) draws title,
 * chips and switcher; a layout draws what is below and keeps nothing that belongs in the address.
 */
export interface LayoutProps {
  search: TaskSearch;
  /** `replace` leaves no step for the back button: cursors, positions, typing. */
  setSearch(next: TaskSearch, replace?: boolean): void;
  query: Query;
  /** The right end of the tool bar, for what only this layout has. */
  tools: HTMLElement | null;
}

export const OTHER_LAYOUTS: Record<Exclude<Layout, 'table'>, LazyExoticComponent<ComponentType<LayoutProps>>> = {
  board: lazy(() => import('../board/Board')),
  calendar: lazy(() => import('../calendar/Calendar')),
  timeline: lazy(() => import('../timeline/Timeline')),
};
