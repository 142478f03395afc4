import { describe, expect, it } from 'vitest';
import { makeTask } from '../../../testing/make';
import { fitting, moved, readColumnPrefs, template, USUAL } from './columns';
import { buildItems, type Group, sortGroups, WHOLE } from './items';
import type { Part } from './source';

const part = (ids: number[], more: Partial<Part> = {}): Part => ({ rows: ids.map((id) => makeTask({ id, key: `E-${id}` })), total: null, pending: false, old: false, more: false, stale: false, error: null, ...more });
const group = (value: string, count: number, folded = false): Group => ({ by: 'status', value, label: value, count, folded, query: {} });
const show = (items: ReturnType<typeof buildItems>) => items.map((i) => (i.kind === 'row' ? `${'>'.repeat(i.depth)}${i.row.id}` : i.kind === 'group' ? `[${i.group.value}]` : i.kind)).join(' ');

describe('what the table shows', () => {
  it('stands for rows that are not loaded, so that nothing jumps when they come', () => {
    expect(buildItems({ groups: null, parts: new Map([[WHOLE, part([1, 2], { total: 5, more: true })]]), open: new Set() })).toHaveLength(5);
    expect(show(buildItems({ groups: null, parts: new Map([[WHOLE, part([1, 2], { total: 5 })]]), open: new Set() }))).toBe('1 2');
  });
  it('has the heads of groups, and bones below the open ones', () => {
    const groups = [group('new', 2), group('done', 9, true), group('waiting', 1)];
    expect(show(buildItems({ groups, parts: new Map([['status:waiting', part([7])]]), open: new Set() }))).toBe('[new] bone bone [done] [waiting] 7');
  });
  it('unfolds sub-tasks under their parent', () => {
    const rows = [makeTask({ id: 1, children: { total: 2, done: 0 } }), makeTask({ id: 2 })];
    const parts = new Map([[WHOLE, { ...part([]), rows }], ['of:1', part([11, 12])]]);
    const items = buildItems({ groups: null, parts, open: new Set([1]) });
    expect(show(items)).toBe('1 >11 >12 2');
    expect(new Set(items.map((i) => i.key)).size).toBe(4);
  });
  it('says where a part failed', () => {
    expect(show(buildItems({ groups: [group('new', 3)], parts: new Map([['status:new', part([], { error: new Error('x') })]]), open: new Set() }))).toBe('[new] error');
  });
  it('orders groups by what matters', () => {
    const of = (...values: string[]) => values.map((value) => ({ value, label: value }));
    expect(sortGroups('status', of('new', 'done', 'in_progress'), 1, 'ru').map((g) => g.value)).toEqual(['in_progress', 'new', 'done']);
    expect(sortGroups('assignee', [{ value: 'none', label: 'none' }, { value: '3', label: 'Анна' }, { value: '1', label: 'Я' }], 1, 'ru').map((g) => g.value)).toEqual(['1', '3', 'none']);
  });
});

describe('columns', () => {
  it('give way in a fixed order', () => {
    expect(fitting(USUAL, {}, 1200)).toEqual(USUAL);
    expect(fitting(USUAL, {}, 820)).toEqual(['key', 'people', 'updated_at', 'due_date']);
    expect(fitting(USUAL, {}, 640)).toEqual(['key', 'people', 'due_date']);
  });
  it('move, and keep the key in front of the title', () => {
    expect(moved(USUAL, 'due_date', 'project')).toEqual(['key', 'due_date', 'project', 'people', 'updated_at']);
    expect(moved(USUAL, 'key', null).at(-1)).toBe('key');
    expect(template(['people', 'key'], { people: 90 })).toBe('36px 24px 80px minmax(280px, 1fr) 90px');
  });
  it('are read from preferences of any version', () => {
    expect(readColumnPrefs({ cols: ['due_date', 'odd', 'key'], widths: { key: 90, odd: 3, people: 9999 } })).toEqual({ cols: ['due_date', 'key'], widths: { key: 90 } });
    expect(readColumnPrefs('x')).toBeNull();
  });
});
