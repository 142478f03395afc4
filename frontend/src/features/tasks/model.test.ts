import { describe, expect, it } from 'vitest';
import { makeTask, person } from '../../testing/make';
import { preview, rebase, valueOf } from './model';

describe('my change on a task that others changed', () => {
  const base = makeTask();
  it('fits when the fields differ', () => {
    const theirs = makeTask({ version: 2, title: 'Other' });
    expect(rebase(base, { priority: 'high' }, theirs)).toEqual({ input: { priority: 'high' }, collided: [] });
  });
  it('is left out when they did the same', () => {
    expect(rebase(base, { status: 'done' }, makeTask({ version: 2, status: 'done' }))).toEqual({ input: {}, collided: [] });
  });
  it('asks when both changed one field', () => {
    expect(rebase(base, { status: 'done', priority: 'high' }, makeTask({ version: 2, status: 'waiting' }))).toEqual({ input: { status: 'done', priority: 'high' }, collided: ['status'] });
  });
  it('merges texts that do not touch', () => {
    const theirs = makeTask({ version: 2, description: 'zero one two three' });
    expect(rebase(base, { description: 'one two three four' }, theirs)).toEqual({ input: { description: 'zero one two three four' }, collided: [] });
  });
  it('compares references by id', () => {
    const a = makeTask({ assignees: [{ user: person(3), role: 'owner' }, { user: person(5), role: 'collaborator' }] });
    expect(valueOf(a, 'owner_id')).toBe(3);
    expect(valueOf(a, 'parent_id')).toBeNull();
  });
});

describe('what is painted before the answer', () => {
  it('shows people and tags that are known', () => {
    const tag = { id: 4, name: 'x', color: '#000' };
    expect(preview(makeTask(), { owner_id: 7, tag_ids: [4], status: 'done' }, { people: [person(7, 'Олег')], tags: [tag] })).toMatchObject({ assignees: [{ role: 'owner', user: { id: 7, name: 'Олег' } }], tags: [tag], status: 'done' });
  });
  it('leaves collaborators alone when the owner goes', () => {
    const task = makeTask({ assignees: [{ user: person(3), role: 'owner' }, { user: person(5), role: 'collaborator' }] });
    expect(preview(task, { owner_id: null }, {}).assignees).toEqual([{ user: person(5), role: 'collaborator' }]);
  });
});
