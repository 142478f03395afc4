import { currentSession } from '../../../api/session';

/** Words not yet sent, kept on this device until they are: they outlive the page. */
const PREFIX = 'tt.draft.';
const MOST = 60;
/** Everybody has their own, also on a shared machine. */
const named = (name: string) => `${PREFIX}${currentSession()?.user.id ?? 0}.${name}`;

export function read<T>(name: string): T | null {
  try {
    const text = localStorage.getItem(named(name));
    return text === null ? null : (JSON.parse(text) as { value: T }).value;
  } catch {
    return null;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(named(name), JSON.stringify({ at: Date.now(), value }));
    trim();
  } catch {
    // Kept for this page only then.
  }
}

export function drop(name: string): void {
  try {
    localStorage.removeItem(named(name));
  } catch {
    // Nothing was kept.
  }
}

/** Whether a key of the storage is that of my draft of this name; null stands for a storage that was cleared. */
export const isOf = (key: string | null, name: string): boolean => key === null || key === named(name);

/** The oldest go when there are many. */
function trim(): void {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  if (names.length <= MOST) return;
  const at = (name: string) => (JSON.parse(localStorage.getItem(name) ?? '{}') as { at?: number }).at ?? 0;
  for (const name of names.sort((a, b) => at(a) - at(b)).slice(0, names.length - MOST)) localStorage.removeItem(name);
}
