import { useQuery } from '@tanstack/react-query';
import { del, get, patch, post } from './client';
import type { Id, Instant, Page, PersonRef } from './types';

/** A list somebody keeps: conditions, order, layout, and how it is shown. */
export interface SavedView {
  id: Id;
  version: number;
  account: { id: Id; name: string };
  owner: PersonRef;
  name: string;
  shared: boolean;
  /** Parameters of `GET /tasks`. */
  filter: Record<string, string | string[]>;
  sort: string;
  layout: 'table' | 'board' | 'calendar' | 'timeline';
  display: Record<string, unknown>;
  favourite: boolean;
  allowed_actions: string[];
  created_at: Instant;
  updated_at: Instant;
}
export type ViewInput = Pick<SavedView, 'name' | 'shared' | 'filter' | 'sort' | 'layout' | 'display'> & { account_id?: Id };

export const VIEWS = ['views'] as const;
export const views = {
  list: () => get<Page<SavedView>>('/views', { limit: 200 }),
  one: (id: Id) => get<SavedView>(`/views/${id}`),
  create: (body: ViewInput) => post<SavedView>('/views', body),
  change: (view: SavedView, body: Partial<ViewInput>) => patch<SavedView>(`/views/${view.id}`, body, { version: view.version }),
  remove: (view: SavedView) => del(`/views/${view.id}`, { version: view.version }),
};
export function useViews(enabled = true) {
  return useQuery({ queryKey: VIEWS, queryFn: views.list, staleTime: 60_000, enabled, select: (page) => page.items });
}
