import { del, get } from './client';
import type { Id, Page } from './types';

/** A place where somebody is signed in. */
export interface SessionRow {
  id: Id | string;
  current: boolean;
  user_agent: string | null;
  address: string | null;
  created_at: string;
  last_seen_at: string | null;
}
export const sessions = {
  list: () => get<Page<SessionRow>>('/users/me/sessions'),
  end: (id: SessionRow['id']) => del(`/users/me/sessions/${id}`),
  endOthers: () => del<{ ended: number }>('/users/me/sessions'),
};
