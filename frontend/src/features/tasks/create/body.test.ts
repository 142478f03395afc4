import { describe, expect, it } from 'vitest';
import { bodyOf } from './body';
import { type ParseCtx, parseLine } from './parse';
import type { Place } from './store';

const ctx: ParseCtx = {
  now: new Date('2026-11-21T15:00:00Z'),
  zone: 'Europe/Moscow',
  people: [
    { id: 2, name: 'Павел Дёмин', email: 'worker@example.com' },
    { id: 3, name: 'Anna Smith', email: 'anna@example.com' },
  ],
  tags: [{ id: 10, name: 'склад' }],
  projects: [
    { id: 20, key: 'ERP', name: 'ERP' },
    { id: 21, key: 'WEB', name: 'Website' },
  ],
  tasks: [{ id: 100, key: 'WEB-7', title: 'Период', status: 'new' }],
};
const parent = { id: 50, key: 'ERP-5', title: 'Выше', status: 'new' } as const;
const make = (line: string, place: Partial<Place> = {}, usual: number | null = null) => bodyOf(parseLine(line, ctx), { values: {}, from: 'view', ...place }, usual);

describe('a line in a column', () => {
  it('keeps the status of the column and takes the rest from the line', () => {
    const { body, from, overruled } = make('Закрыть период !high @worker #склад завтра 15:00', { values: { project_id: 20 }, fixed: { status: 'waiting' } });
    expect(body).toEqual({ title: 'Закрыть период', project_id: 20, status: 'waiting', priority: 'high', owner_id: 2, tag_ids: [10], due_date: '2026-11-22T12:00:00Z' });
    expect(from).toMatchObject({ status: 'view', priority: 'line', owner_id: 'line' });
    expect(overruled).toEqual([]);
  });
  it('keeps the priority of the column, and says so only where the line says another', () => {
    expect(make('A !low', { fixed: { priority: 'urgent' } })).toMatchObject({ body: { priority: 'urgent' }, overruled: ['priority'] });
    expect(make('A !urgent', { fixed: { priority: 'urgent' } })).toMatchObject({ body: { priority: 'urgent' }, overruled: [] });
    expect(make('A !low', { fixed: { priority: 'medium' } })).toMatchObject({ body: { priority: 'medium' }, overruled: ['priority'] });
  });
  it('keeps the owner of the column; who is named helps', () => {
    expect(make('A @worker', { fixed: { owner_id: 3 } }).body).toMatchObject({ owner_id: 3, collaborator_ids: [2] });
    expect(make('A @anna', { fixed: { owner_id: 3 } }).body.collaborator_ids).toBeUndefined();
  });
  it('gives way with the project of the view, and to that of a parent in the line', () => {
    expect(make('A +WEB', { values: { project_id: 20 } }).body.project_id).toBe(21);
    expect(make('A ^WEB-7', { values: { project_id: 20 } }, 20).body).toMatchObject({ parent_id: 100 });
    expect(make('A ^WEB-7', { values: { project_id: 20 } }, 20).body.project_id).toBeUndefined();
    expect(make('A ^WEB-7 +ERP').body).toMatchObject({ parent_id: 100, project_id: 20 });
    expect(make('A', {}, 21).body.project_id).toBe(21);
  });
});

describe('a line below a task', () => {
  const place: Partial<Place> = { from: 'parent', fixed: { parent, project_id: 20 } };
  it('is its sub-task in its project, whatever the line says', () => {
    const { body, overruled } = make('Часть +WEB ^WEB-7 !high', place);
    expect(body).toMatchObject({ title: 'Часть', parent_id: 50, project_id: 20, priority: 'high' });
    expect(overruled).toEqual(['project', 'parent']);
  });
  it('has nothing to say where the line agrees', () => {
    expect(make('Часть +ERP', place).overruled).toEqual([]);
  });
});
