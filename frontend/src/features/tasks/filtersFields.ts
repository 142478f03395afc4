import { PRIORITIES, STATUSES } from '../../api/types';
import { addDays, type FilterName, listOf, readSpan, resolveDay, writeSpan } from './filters';

/** How a condition compares. The address holds plain sets and spans; these are the ways to say them. */
export type Op = 'in' | 'not' | 'gte' | 'lte' | 'on' | 'to' | 'from' | 'between' | 'overdue' | 'none';
export interface Condition {
  op: Op;
  /** Of a span: its days, `between` has two. */
  values: string[];
}
export const isDates = (name: FilterName): boolean => name === 'due' || name === 'planned' || name === 'created' || name === 'updated';
export const isPeople = (name: FilterName): boolean => name === 'assignee' || name === 'created_by' || name === 'supervisor' || name === 'watcher';

export function opsOf(name: FilterName): Op[] {
  switch (name) {
    case 'status':
      return ['in', 'not'];
    case 'priority':
      return ['in', 'not', 'gte', 'lte'];
    case 'assignee':
      return ['in', 'none'];
    case 'due':
      return ['on', 'to', 'from', 'between', 'overdue', 'none'];
    case 'planned':
    case 'created':
      return ['on', 'to', 'from', 'between'];
    case 'updated':
      return ['from'];
    default:
      return ['in'];
  }
}
/** The closed sets, in their order. */
const SETS: Partial<Record<FilterName, readonly string[]>> = { status: STATUSES, priority: PRIORITIES };

/** The shortest way to say it; `like` keeps the words somebody has just chosen. */
export function readCondition(name: FilterName, value: string | undefined, like?: Op): Condition {
  if (isDates(name)) {
    if (value === 'overdue' || value === 'none') return { op: value, values: [] };
    const span = readSpan(value);
    if (!span) return { op: like && like !== 'overdue' && like !== 'none' ? like : opsOf(name)[0]!, values: [] };
    if (span.from && span.to) return span.from === span.to && like !== 'between' ? { op: 'on', values: [span.from] } : { op: 'between', values: [span.from, span.to] };
    return span.from ? { op: 'from', values: [span.from] } : { op: 'to', values: [span.to!] };
  }
  const all = SETS[name];
  const values = listOf(value);
  if (name === 'assignee' && value === 'none') return { op: 'none', values: [] };
  if (!all) return { op: 'in', values };
  const kept = all.filter((v) => values.includes(v));
  const rest = all.filter((v) => !values.includes(v));
  const upward = kept.length > 0 && all.indexOf(kept[0]!) + kept.length === all.length && contiguous(all, kept);
  const downward = kept.length > 0 && kept[0] === all[0] && contiguous(all, kept);
  if (name === 'priority' && kept.length < all.length) {
    if (upward && (like === 'gte' || (kept.length > 1 && like === undefined))) return { op: 'gte', values: [kept[0]!] };
    if (downward && (like === 'lte' || (kept.length > 1 && like === undefined))) return { op: 'lte', values: [kept.at(-1)!] };
  }
  if (like === 'not' ? kept.length < all.length : like === undefined && rest.length > 0 && rest.length < all.length / 2) return { op: 'not', values: kept.length === 0 ? [] : rest };
  return { op: like === 'not' ? 'not' : 'in', values: like === 'not' ? [] : kept };
}
const contiguous = (all: readonly string[], kept: string[]) => all.indexOf(kept.at(-1)!) - all.indexOf(kept[0]!) === kept.length - 1;

/** What stands in the address for it. */
export function writeCondition(name: FilterName, { op, values }: Condition): string[] {
  const [a, b] = values;
  switch (op) {
    case 'overdue':
    case 'none':
      return [op];
    case 'on':
      return a ? [a] : [];
    case 'to':
      return a ? [writeSpan({ to: a })] : [];
    case 'from':
      return a ? [writeSpan({ from: a })] : [];
    case 'between':
      return a && b ? [writeSpan({ from: a, to: b })] : a ? [writeSpan({ from: a })] : [];
  }
  const all = SETS[name];
  if (!all || op === 'in') return values;
  if (op === 'not') return values.length === 0 ? [] : all.filter((v) => !values.includes(v));
  if (!a) return [];
  return op === 'gte' ? all.slice(all.indexOf(a)) : all.slice(0, all.indexOf(a) + 1);
}
/** The same values under another comparison, as far as they make sense there. */
export function withOp(name: FilterName, now: Condition, op: Op): Condition {
  if (op === 'overdue' || op === 'none') return { op, values: [] };
  const days = isDates(name);
  if (op === 'between') return { op, values: now.values.length === 2 ? now.values : now.values[0] ? [now.values[0], addedWeek(now.values[0])] : [] };
  if (days || op === 'gte' || op === 'lte') return { op, values: now.values.slice(0, 1) };
  return { op, values: now.values };
}
function addedWeek(day: string): string {
  return shiftDay(day, 7);
}
/** So many days later, still in words where it was in words. */
export function shiftDay(day: string, days: number): string {
  if (/^\d/.test(day)) return addDays(day, days);
  const from = ['yesterday', 'today', 'tomorrow'].indexOf(day);
  const distance = (from >= 0 ? from - 1 : Number(day)) + days;
  return ({ '-1': 'yesterday', '0': 'today', '1': 'tomorrow' } as Record<string, string>)[String(distance)] ?? (distance > 0 ? `+${distance}` : String(distance));
}
export { resolveDay };
