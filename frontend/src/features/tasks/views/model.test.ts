import { describe, expect, it } from 'vitest';
import type { SavedView } from '../../../api/views';
import { bodyOf, isBare, isChanged, isMine, searchOf } from './model';

const view = (over: Partial<SavedView>): SavedView => ({
  id: 7, version: 1, account: { id: 1, name: 'A' }, owner: { id: 1, name: 'Я', avatar_color: '#000' }, name: 'Горит', shared: false, filter: {}, sort: '-created_at', layout: 'table', display: {}, favourite: false, allowed_actions: ['edit', 'delete'], created_at: '', updated_at: '', ...over,
});

describe('a saved view', () => {
  it('keeps the whole state, and what means the same every day for other clients', () => {
    const search = { status: 'new,done', due: '..+7', group: 'status', sort: 'due_date', layout: 'board', view: '3', peek: 'ERP-1', created: '2026-11-01..' } as const;
    const body = bodyOf(search, false);
    expect(body).toMatchObject({ filter: { status: ['new', 'done'], created_from: '2026-11-01' }, sort: 'due_date', layout: 'board' });
    expect(body.filter).not.toHaveProperty('due_to');
    expect(searchOf(view(body))).toEqual({ status: 'new,done', due: '..+7', group: 'status', sort: 'due_date', layout: 'board', created: '2026-11-01..', view: '7' });
  });
  it('says when the list is not what was saved', () => {
    const saved = view(bodyOf({ status: 'new' }, false));
    expect(isChanged({ status: 'new', view: '7', peek: 'ERP-4' }, saved)).toBe(false);
    expect(isChanged({ status: 'new', group: 'status', view: '7' }, saved)).toBe(true);
  });
  it('opens those that other clients made', () => {
    const other = view({ filter: { status: ['new'], assignee: 'me', overdue: 'true', mine: 'true' }, sort: 'priority', layout: 'board' });
    expect(searchOf(other)).toEqual({ status: 'new', assignee: 'me', due: 'overdue', sort: 'priority', layout: 'board', view: '7' });
    expect(isMine(other)).toBe(true);
    expect(searchOf(view({ filter: { due_to: '2026-12-01', deleted: 'true', nonsense: 'x' } }))).toEqual({ due: '..2026-12-01', show: 'trash', view: '7' });
  });
  it('is filled in where only its number is known', () => {
    expect(isBare({ view: '7' })).toBe(true);
    expect(isBare({ view: '7', q: 'x' })).toBe(false);
    expect(isBare({})).toBe(false);
  });
});
