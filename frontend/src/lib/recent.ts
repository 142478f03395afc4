import { keptStore } from './store';

/** The tasks opened last on this device, the latest first; of one person, since others may sign in here. */
export interface Recent {
  key: string;
  title: string;
}
export const recent = keptStore<{ user: number; items: Recent[] }>('tt.recent', { user: 0, items: [] });
const MOST = 12;

export function recentOf(user: number): Recent[] {
  const now = recent.get();
  return now.user === user ? now.items : [];
}
export function sawTask(user: number, { key, title }: Recent): void {
  const items = recentOf(user);
  if (items[0]?.key === key && items[0].title === title) return;
  recent.set({ user, items: [{ key, title }, ...items.filter((r) => r.key !== key)].slice(0, MOST) });
}
