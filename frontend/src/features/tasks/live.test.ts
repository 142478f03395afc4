import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Task } from '../../api/types';
import { makeComment, makeEvent, makeTask, person } from '../../testing/make';
import { applyEvent, marks } from './live';
import { cachedTask, keys, patchCaches, rowOf, type TaskPages } from './queries';

let client: QueryClient;
const listKey = keys.list({ sort: 'x' });
const rows = () => client.getQueryData<TaskPages>(listKey)!.pages.flatMap((p) => p.items);
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData<TaskPages>(listKey, { pages: [{ items: [rowOf(makeTask()), rowOf(makeTask({ id: 2, key: 'ERP-2' }))], next_cursor: null }], pageParams: [null] });
  client.setQueryData(keys.task('ERP-1'), makeTask());
  marks.set({});
});

describe('a live event', () => {
  it('changes the row and the page, and keeps the rights of the reader', () => {
    applyEvent(client, makeEvent({ task: rowOf(makeTask({ version: 2, status: 'done', allowed_actions: [] })) }), 1);
    expect(rows()[0]).toMatchObject({ status: 'done', version: 2, allowed_actions: ['edit', 'change_status'] });
    expect(client.getQueryData<Task>(keys.task('ERP-1'))).toMatchObject({ status: 'done', description: 'one two three' });
    expect(rows()[1]).toMatchObject({ status: 'new' });
  });
  it('never goes back to an older version', () => {
    patchCaches(client, 1, (r) => ({ ...r, version: 5, status: 'testing' }));
    applyEvent(client, makeEvent({ task: rowOf(makeTask({ version: 2, status: 'done' })) }), 1);
    expect(rows()[0]).toMatchObject({ status: 'testing', version: 5 });
  });
  it("marks another person's change, not my own", () => {
    applyEvent(client, makeEvent({ actor: person(2), task: rowOf(makeTask({ version: 2 })) }), 1);
    expect(marks.get()[1]).toMatchObject({ color: '#2F5D8C' });
    marks.set({});
    applyEvent(client, makeEvent({ actor: person(1), task: rowOf(makeTask({ version: 3 })) }), 1);
    expect(marks.get()[1]).toBeUndefined();
  });
  it('adds, changes and removes a comment once', () => {
    client.setQueryData(keys.comments(1), { pages: [{ items: [], next_cursor: null }], pageParams: [null] });
    const list = () => client.getQueryData<{ pages: { items: { body: string }[] }[] }>(keys.comments(1))!.pages[0]!.items;
    applyEvent(client, makeEvent({ type: 'CommentAdded', comment: makeComment() }), 1);
    applyEvent(client, makeEvent({ type: 'CommentAdded', comment: makeComment() }), 1);
    expect(list()).toHaveLength(1);
    applyEvent(client, makeEvent({ type: 'CommentEdited', comment: makeComment({ version: 2, body: 'New' }) }), 1);
    expect(list()[0]!.body).toBe('New');
    applyEvent(client, makeEvent({ type: 'CommentDeleted', comment: makeComment({ version: 2 }) }), 1);
    expect(list()).toHaveLength(0);
  });
  it('knows the newest version that is held', () => {
    client.setQueryData(keys.task('ERP-1'), makeTask({ version: 4 }));
    expect(cachedTask(client, 1)?.version).toBe(4);
    expect(cachedTask(client, 99)).toBeUndefined();
  });
});
