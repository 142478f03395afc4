import { describe, expect, it } from 'vitest';
import { groupQuery, hasFilters, nextSort, parseSearch, readSpan, toQuery, withFilter, writeSpan } from './filters';

const zone = 'Europe/Moscow';
const now = new Date('2026-11-21T22:30:00Z');

describe('filters in the address', () => {
  it('keep what makes sense and drop the rest', () => {
    expect(parseSearch({ status: 'new,odd,done', priority: 'x', assignee: 'me,none,12,<b>', project: 3, due: 'overdue', show: 'trash', open: true, sort: '-due_date', q: '  ', bad: 1 })).toEqual({
      status: 'new,done', assignee: 'me,none,12', project: '3', due: 'overdue', show: 'trash', open: 'true', sort: '-due_date',
    });
  });
  it('survive a round through the address', () => {
    const search = { status: 'new,waiting', tag: '1,2', q: 'период', sort: 'due_date' };
    expect(parseSearch(Object.fromEntries(new URLSearchParams(search)))).toEqual(search);
  });
  it('never leave a default sort or a nonsense one behind', () => {
    expect(parseSearch({ sort: '-created_at' })).toEqual({});
    expect(parseSearch({ sort: 'password' })).toEqual({});
  });
  it('become a query of the API', () => {
    expect(toQuery({ status: 'new', assignee: 'me', due: 'overdue', open: 'true', q: ' а ' }, { zone, now })).toEqual({ limit: 100, sort: '-created_at', status: 'new', assignee: 'me', overdue: true, q: 'а' });
    expect(toQuery({ show: 'trash' }, { zone, now, mine: true })).toMatchObject({ deleted: true, mine: true });
  });
  it('hold spans of days in words, so that a kept address goes on meaning "this week"', () => {
    expect(parseSearch({ due: '..+7', created: '-7..', planned: 'today..2026-12-01', updated: 'x..y', at: '2026-11', peek: 'ERP-7', layout: 'table' })).toEqual({ due: '..+7', created: '-7..', planned: 'today..2026-12-01', at: '2026-11', peek: 'ERP-7' });
    expect(toQuery({ due: '..+7', created: '-7..' }, { zone, now })).toMatchObject({ due_to: '2026-11-29', created_from: '2026-11-15' });
    expect(toQuery({ due: 'yesterday' }, { zone, now })).toMatchObject({ due_from: '2026-11-21', due_to: '2026-11-21' });
    expect(writeSpan(readSpan('today')!)).toBe('today');
    expect(writeSpan(readSpan('..+7')!)).toBe('..+7');
  });
  it('ask for open and for statuses where both agree', () => {
    expect(toQuery({ open: 'true', status: 'new,done' }, { zone, now })).toMatchObject({ status: 'new' });
    expect(withFilter({ open: 'true' }, 'status', ['done'])).toEqual({ status: 'done' });
  });
  it('give each group a query of its own', () => {
    expect(groupQuery({ open: true }, 'status', 'new', '2026-11-22')).toMatchObject({ status: 'new', open: undefined });
    expect(groupQuery({ due_to: '2026-11-25' }, 'due', 'week', '2026-11-22')).toMatchObject({ due_from: '2026-11-23', due_to: '2026-11-25' });
    expect(groupQuery({ due_to: '2026-11-25' }, 'due', 'later', '2026-11-22')).toBeNull();
  });
  it('count days in the zone of the person', () => {
    expect(toQuery({ due: 'today' }, { zone, now })).toMatchObject({ due_from: '2026-11-22', due_to: '2026-11-22' });
  });
  it('come and go by chip', () => {
    expect(withFilter({ status: 'new' }, 'status', [])).toEqual({});
    expect(withFilter({}, 'tag', ['1', '2'])).toEqual({ tag: '1,2' });
    expect(hasFilters({ sort: 'key' })).toBe(false);
    expect(hasFilters({ q: 'x' })).toBe(true);
  });
  it('turn a sort over, then back to the default', () => {
    expect(nextSort(undefined, 'due_date')).toBe('due_date');
    expect(nextSort('due_date', 'due_date')).toBe('-due_date');
    expect(nextSort('-due_date', 'due_date')).toBeUndefined();
    expect(nextSort(undefined, 'priority')).toBe('-priority');
  });
});
