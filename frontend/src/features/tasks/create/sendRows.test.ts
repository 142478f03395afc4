import { describe, expect, it, vi } from 'vitest';
import type { NewTask } from '../../../api/types';
import { makeTask } from '../../../testing/make';
import { rowsOf } from './lines';
import { type ParseCtx, parseLine } from './parse';
import { sendRows } from './sendRows';
import type { Place } from './store';

const ctx: ParseCtx = { now: new Date('2026-11-21T15:00:00Z'), zone: 'UTC', people: [], tags: [], projects: [{ id: 21, key: 'WEB', name: 'Website' }], tasks: [{ id: 100, key: 'WEB-7', title: 'Выше', status: 'new' }] };
/** A server that refuses what is called so, once. */
function server(refused: string[] = []) {
  let id = 0;
  const no = new Set(refused);
  return vi.fn(async (body: NewTask, _key: string) => {
    if (no.delete(body.title)) throw new Error(`no ${body.title}`);
    return makeTask({ id: ++id, key: `ERP-${id}`, title: body.title });
  });
}
interface Run {
  create?: ReturnType<typeof server>;
  place?: Place;
  keys?: Map<string, string>;
  tasks?: ParseCtx['tasks'];
  stopped?(): boolean;
}
async function send(text: string, { create = server(), place = { values: {}, from: 'view' }, keys = new Map(), tasks = [], stopped = () => false }: Run = {}) {
  const rows = rowsOf(text);
  const lefts: string[] = [];
  const states: string[] = [];
  const all = rows.map((row) => parseLine(row.text, { ...ctx, tasks: [...ctx.tasks!, ...tasks] }));
  const outcome = await sendRows(rows, all, {
    place, usual: 5, keys, create, stopped,
    show: (sent, left) => {
      states.push(sent.map((one) => one.state[0]).join(''));
      lefts.push(left);
    },
  });
  return { ...outcome, create, bodies: create.mock.calls.map(([body]) => body), keysUsed: create.mock.calls.map(([, key]) => key), lefts, states };
}

describe('many lines', () => {
  it('go out one by one, parents before children, and say how far they are', async () => {
    const { bodies, states, lefts, left } = await send('а\n  б\n    в\n  г\nд');
    expect(bodies.map((b) => [b.title, b.parent_id])).toEqual([['а', undefined], ['б', 1], ['в', 2], ['г', 1], ['д', undefined]]);
    expect(states[0]).toBe('wwwww');
    expect(states).toContain('ddrww');
    expect(states.at(-1)).toBe('ddddd');
    expect(lefts[2]).toBe('^ERP-1 б\n  в\n^ERP-1 г\nд');
    expect(left).toBe('');
  });
  it('put sub-tasks where their parent went, the rest where the place says', async () => {
    const place: Place = { values: { project_id: 20, status: 'waiting', parent: { id: 50, key: 'ERP-50', title: '', status: 'new' } }, from: 'view' };
    const { bodies } = await send('а +WEB\n  б\nв\n  г +WEB', { place });
    expect(bodies.map((b) => [b.parent_id, b.project_id, b.status])).toEqual([[50, 21, 'waiting'], [1, undefined, 'waiting'], [50, 20, 'waiting'], [3, 21, 'waiting']]);
  });
  it('let a line name another parent, also of one that fails', async () => {
    const { bodies } = await send('а\n  б ^WEB-7', { create: server(['а']) });
    expect(bodies[1]).toMatchObject({ title: 'б', parent_id: 100 });
  });
  it('leave the children of a refused line waiting, with their reason, and nobody else', async () => {
    const { sent, left } = await send('а\n  б\n    в\nг\n  завтра', { create: server(['а']) });
    expect(sent.map((one) => one.why ?? (one.error ? 'error' : one.state))).toEqual(['error', 'no_parent', 'no_parent', 'done', 'no_title']);
    expect(left).toBe('а\n  б\n    в\n^ERP-1 завтра');
  });
  it('stop where they are told to', async () => {
    let steps = 0;
    const { sent, left } = await send('а\n  б\nв', { stopped: () => steps++ > 0 });
    expect(sent.map((one) => one.state)).toEqual(['done', 'waiting', 'waiting']);
    expect(left).toBe('^ERP-1 б\nв');
  });
  it('try again what failed as the same thing', async () => {
    const create = server(['б', 'в']);
    const first = await send('а\n  б\nв\nв', { create });
    expect(first.left).toBe('^ERP-1 б\nв');
    const second = await send(first.left, { create, keys: first.keys, tasks: [{ id: 1, key: 'ERP-1', title: 'а', status: 'new' }] });
    expect(second.sent.map((one) => one.state)).toEqual(['done', 'done']);
    const [, b, c, other, again, third] = second.keysUsed;
    expect(again).toBe(b);
    expect(third).toBe(c);
    expect(other).not.toBe(c);
  });
});
