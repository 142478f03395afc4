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

/** What can still be taken back, the latest last; the server allows two minutes. */
let past: { id: number; at: number; run(): void }[] = [];
const UNDO_MS = 110_000;

export function showToast(toast: Omit<Toast, 'id'>): number {
  const id = next++;
  toasts.set((now) => [...now, { ...toast, id }].slice(-2));
  if (toast.action?.undo) rememberUndo(toast.action.run, id);
  return id;
}
/** A change too small for a toast; Ctrl+Z takes it back all the same. */
export function rememberUndo(run: () => void, id = next++): void {
  past = [...past, { id, at: Date.now(), run }].slice(-20);
}
export function closeToast(id: number): void {
  toasts.set((now) => now.filter((t) => t.id !== id));
}
/** What a toast offers, once. */
export function runToast(toast: Toast): void {
  closeToast(toast.id);
  past = past.filter((p) => p.id !== toast.id);
  toast.action?.run();
}
/** Runs the latest undo on show; says whether there was one. */
export function undoLatest(): boolean {
  const toast = [...toasts.get()].reverse().find((t) => t.action?.undo);
  if (toast) runToast(toast);
  return toast !== undefined;
}
/** The latest thing done, also when its toast has gone: for Ctrl+Z. */
export function undoPast(): boolean {
  const last = past.at(-1);
  if (!last || Date.now() - last.at > UNDO_MS) return false;
  past = past.slice(0, -1);
  closeToast(last.id);
  last.run();
  return true;
}
