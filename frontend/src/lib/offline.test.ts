import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { noAnswer } from '../api/problem';

const kept = new Map<string, unknown>();
vi.mock('idb-keyval', () => ({
  createStore: () => null,
  get: async (key: string) => kept.get(key),
  set: async (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
  del: async (key: string) => void kept.delete(key),
  clear: async () => kept.clear(),
  update: async (key: string, change: (old: unknown) => unknown) => void kept.set(key, change(kept.get(key))),
}));
vi.stubGlobal('indexedDB', {});
vi.stubGlobal('requestIdleCallback', (work: () => void) => work());
const { forgetSeen, paintOver, persister, seenBy, trimmed } = await import('./offline');

const client = () => new QueryClient({ defaultOptions: { queries: { persister, retry: false, networkMode: 'always' } } });
const ask = (key: unknown[], queryFn: () => Promise<unknown>) => client().fetchQuery({ queryKey: key, queryFn });
const settled = () => new Promise((done) => setTimeout(done, 5));
const down = async () => {
  throw noAnswer(null);
};

beforeEach(async () => {
  kept.clear();
  await seenBy(1);
});

describe('what was seen last', () => {
  it('answers where the server does not', async () => {
    await ask(['task', 'A-1'], async () => ({ id: 1, title: 'Seen' }));
    await settled();
    expect(await ask(['task', 'A-1'], down)).toEqual({ id: 1, title: 'Seen' });
    await expect(ask(['task', 'A-2'], down)).rejects.toMatchObject({ status: 0 });
  });
  it('never stands in for a refusal, and the line comes first', async () => {
    await ask(['task', 'A-1'], async () => 'old');
    await settled();
    expect(await ask(['task', 'A-1'], async () => 'new')).toBe('new');
    await expect(ask(['task', 'A-1'], async () => Promise.reject(Object.assign(noAnswer(null), { status: 403 })))).rejects.toMatchObject({ status: 403 });
  });
  it('is one person’s, and gone when they leave', async () => {
    await ask(['tags'], async () => ['a']);
    await settled();
    await seenBy(2);
    await expect(ask(['tags'], down)).rejects.toBeDefined();
    await ask(['tags'], async () => ['b']);
    await settled();
    await forgetSeen();
    expect(kept.size).toBe(0);
  });
  it('is bounded: kinds, number, pages', async () => {
    await ask(['dead-letters'], async () => 'secret');
    for (let i = 0; i < 130; i++) await ask(['task', `A-${i}`], async () => i);
    await settled();
    expect([...kept.keys()].some((k) => k.includes('dead'))).toBe(false);
    expect(kept.size).toBeLessThanOrEqual(121);
    const pages = Array.from({ length: 9 }, (_, i) => i);
    expect(trimmed({ pages, pageParams: pages })).toEqual({ pages: [0, 1, 2], pageParams: [0, 1, 2] });
  });
  it('shows what waits over every answer', async () => {
    paintOver((key, data) => (key[0] === 'task' ? { ...(data as object), painted: true } : data));
    expect(await ask(['task', 'A-1'], async () => ({ id: 1 }))).toEqual({ id: 1, painted: true });
    await settled();
    expect([...kept.values()].some((v) => JSON.stringify(v).includes('painted'))).toBe(false);
    paintOver((_, data) => data);
  });
});
