/** A task key inside a text. */
export const TASK_KEY = /(?<![\p{L}\p{N}_/-])[A-Z][A-Z0-9]{1,9}-\d{1,9}(?![\p{L}\p{N}_])/gu;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const origin = () => (typeof location === 'undefined' ? '' : location.origin);

/** Addresses of tasks of this server inside a text; the key is the first group. One that goes on (a tab, a comment) says more than a key. */
export const ownAddresses = (): RegExp => new RegExp(`(?<![\\p{L}\\p{N}])${escaped(origin())}/tasks/([A-Z][A-Z0-9]{1,9}-\\d{1,9})(?![?.:]\\S|[\\p{L}\\p{N}_/#&=%@-])`, 'gu');

/** The key in the address of a task of this server; null for any other address. */
export function ownTask(address: string): string | null {
  const here = origin();
  if (!/^https?:/.test(here)) return null;
  return new RegExp(`^${escaped(here)}/tasks/([A-Z][A-Z0-9]{1,9}-\\d{1,9})$`).exec(address)?.[1] ?? null;
}
