import { createStore } from './store';

/** Toasts: at most two; errors stay until closed, the rest ten seconds. */
export interface Toast {
  id: number;
  kind: 'done' | 'error' | 'info';
  text: string;
  detail?: string;
  requestId?: string | null;
  action?: { label: string; run(): void; undo?: boolean };
}
export const TOAST_MS = 10_000;
let next = 1;
export const toasts = createStore<Toast[]>([]);

export function showToast(toast: Omit<Toast, 'id'>): number {
  const id = next++;
  toasts.set((now) => [...now, { ...toast, id }].slice(-2));
  return id;
}
export function closeToast(id: number): void {
  toasts.set((now) => now.filter((t) => t.id !== id));
}
/** Runs the latest undo on show; says whether there was one. */
export function undoLatest(): boolean {
  const toast = [...toasts.get()].reverse().find((t) => t.action?.undo);
  if (!toast) return false;
  closeToast(toast.id);
  toast.action!.run();
  return true;
}
