import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// IndexedDB in memory: what was stored is there after a "reload" of the module.
const kept = new Map<string, unknown>();
vi.mock('idb-keyval', () => ({
  createStore: () => null,
  set: async (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
  del: async (key: string) => void kept.delete(key),
  entries: async () => [...kept.entries()],
}));
vi.stubGlobal('indexedDB', {});

type Queue = typeof import('./queue');
let q: Queue;
const fresh = async (user = 1) => {
  vi.resetModules();
  q = await import('./queue');
  await q.openQueue(user);
  return q;
};
const problem = async (status: number, code = 'x') => {
  const { ApiProblem } = await import('./problem');
  return new ApiProblem({ type: '', title: code, status, code }, null);
};
const item = (id: string, task = 1) => ({ id, kind: 'test', task: { id: task, key: `A-${task}`, title: 'T' }, work: id });
beforeEach(async () => {
  kept.clear();
  await fresh();
});
afterEach(() => q.closeQueue());

describe('writes that wait', () => {
  it('go out in order, each once, and are gone then', async () => {
    for (const id of ['a', 'b', 'c']) await q.keepWrite(item(id));
    const sent: unknown[] = [];
    q.sends<string>('test', async (i) => void sent.push(i.work));
    await q.flush();
    await q.flush();
    expect(sent).toEqual(['a', 'b', 'c']);
    expect(q.queue.get()).toEqual([]);
    expect(kept.size).toBe(0);
  });
  it('survive a reload with their key, for the same person only', async () => {
    await q.keepWrite(item('a'));
    await fresh(2);
    expect(q.queue.get()).toEqual([]);
    await fresh(1);
    expect(q.queue.get()).toMatchObject([{ id: 'a', user: 1 }]);
    expect(q.isWaiting(1)).toBe(true);
  });
  it('stop at a broken line and keep what is left', async () => {
    for (const id of ['a', 'b']) await q.keepWrite(item(id));
    const down = await problem(0, 'network');
    const sent: string[] = [];
    q.sends<string>('test', async (i) => {
      sent.push(i.work);
      if (i.work === 'b') throw down;
    });
    await q.flush();
    expect(sent).toEqual(['a', 'b']);
    expect(q.queue.get().map((i) => [i.id, i.failed])).toEqual([['b', undefined]]);
  });
  it('leave what the server refuses to a person, and send the rest', async () => {
    for (const id of ['a', 'b']) await q.keepWrite(item(id));
    const no = await problem(409, 'transition-refused');
    let refuse = true;
    const sent: string[] = [];
    q.sends<string>('test', async (i) => {
      if (i.work === 'a' && refuse) throw no;
      sent.push(i.work);
    });
    await q.flush();
    expect(sent).toEqual(['b']);
    expect(q.queue.get()).toMatchObject([{ id: 'a', failed: { status: 409, code: 'transition-refused' } }]);
    expect(q.isWaiting(1)).toBe(false);
    refuse = false;
    await q.retry(q.queue.get()[0]!);
    expect(sent).toEqual(['b', 'a']);
    expect(q.queue.get()).toEqual([]);
  });
  it('are given up one by one', async () => {
    await q.keepWrite(item('a'));
    await q.drop(q.queue.get()[0]!);
    expect(kept.size).toBe(0);
  });
  it('are not kept for nobody', async () => {
    q.closeQueue();
    expect(await q.keepWrite(item('a'))).toBe(false);
  });
});
