import type { TaskRow } from '../../../api/types';
import { createStore } from '../../../lib/store';

/** The one menu of tasks: what it is about, where it stands, and which of its pages shows. */
export type MenuPage = 'menu' | 'status' | 'priority' | 'owner' | 'supervisor' | 'due' | 'tags' | 'project' | 'delete';
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface MenuAsk {
  tasks: TaskRow[];
  page: MenuPage;
  place: Place;
  /** Gets the focus back. */
  from: HTMLElement | null;
}
export const taskMenu = createStore<MenuAsk | null>(null);

/** Opens the menu, or one of its pages at once, at a point or under an element. */
export function openTaskMenu(tasks: TaskRow[], at: Element | { x: number; y: number }, page: MenuPage = 'menu'): void {
  if (tasks.length === 0) return;
  const box = at instanceof Element ? at.getBoundingClientRect() : null;
  const place = box ? { x: box.left, y: box.top, width: Math.min(box.width, 240), height: box.height } : { ...(at as { x: number; y: number }), width: 0, height: 0 };
  const from = at instanceof HTMLElement ? at : (document.activeElement as HTMLElement | null);
  taskMenu.set({ tasks, page, place, from });
}
