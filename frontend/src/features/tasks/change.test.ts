import { QueryClient } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { remember } from '../../api/session';
import type { TaskInput, UserMe } from '../../api/types';
import { makeTask } from '../../testing/make';
import { inTurn, sendChange } from './change';

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } });
const mismatch = (current: unknown) => answer(412, { type: '', title: 'x', status: 412, code: 'version-mismatch', current });
function server(...answers: Response[]) {
  remember({ access_token: 't', refresh_token: null, token_type: 'Bearer', expires_in: 600, user: { id: 1 } as UserMe });
  const calls: { version: string | null; body: TaskInput; key: string | null }[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    calls.push({ version: headers.get('If-Match'), key: headers.get('Idempotency-Key'), body: JSON.parse(String(init.body)) });
    return answers.shift()!;
  });
  return calls;
}
afterEach(() => vi.unstubAllGlobals());

describe('sending a change', () => {
  it('sends the version it was made on and a key', async () => {
    const calls = server(answer(200, makeTask({ version: 2 })));
    const out = await sendChange(new QueryClient(), makeTask(), { priority: 'high' });
    expect(out).toMatchObject({ merged: false, task: { version: 2 } });
    expect(calls[0]).toMatchObject({ version: '"1"', body: { priority: 'high' } });
    expect(calls[0]!.key).toMatch(/^[0-9a-f-]{36}$/);
  });
  it('tries again on the newer version when nothing collides', async () => {
    const calls = server(mismatch(makeTask({ version: 7, title: 'Other' })), answer(200, makeTask({ version: 8 })));
    const out = await sendChange(new QueryClient(), makeTask(), { priority: 'high' });
    expect(out).toMatchObject({ merged: true });
    expect(calls.map((c) => c.version)).toEqual(['"1"', '"7"']);
    expect(calls[0]!.key).not.toBe(calls[1]!.key);
  });
  it('asks the person when it collides, and sends what they chose', async () => {
    const calls = server(mismatch(makeTask({ version: 7, status: 'waiting' })), answer(200, makeTask({ version: 8, status: 'done' })));
    const ask = vi.fn(async () => ({ status: 'done' as const }));
    await sendChange(new QueryClient(), makeTask(), { status: 'done' }, ask);
    expect(ask).toHaveBeenCalledWith(expect.objectContaining({ fields: ['status'] }));
    expect(calls[1]).toMatchObject({ version: '"7"', body: { status: 'done' } });
  });
  it('leaves theirs when the person says so', async () => {
    server(mismatch(makeTask({ version: 7, status: 'waiting' })));
    expect(await sendChange(new QueryClient(), makeTask(), { status: 'done' }, async () => null)).toMatchObject({ task: null, kept: { version: 7 } });
  });
  it('never collides with itself: a later change goes on from what the first made', async () => {
    const calls = server(answer(200, makeTask({ id: 77, version: 2, title: 'Mine', status: 'waiting' })), answer(200, makeTask({ id: 77, version: 3, status: 'done' })));
    const seen = makeTask({ id: 77, version: 1, status: 'new' });
    const client = new QueryClient();
    await sendChange(client, seen, { status: 'waiting' });
    const ask = vi.fn();
    expect(await sendChange(client, seen, { status: 'done' }, ask)).toMatchObject({ merged: false, task: { version: 3 } });
    expect(calls.map((c) => c.version)).toEqual(['"1"', '"2"']);
    expect(ask).not.toHaveBeenCalled();
  });
  it('keeps the changes of one task in order', async () => {
    const seen: number[] = [];
    const slow = inTurn(1, async () => {
      await new Promise((r) => setTimeout(r, 10));
      seen.push(1);
    });
    const quick = inTurn(1, async () => void seen.push(2));
    await Promise.all([slow, quick]);
    expect(seen).toEqual([1, 2]);
  });
});
