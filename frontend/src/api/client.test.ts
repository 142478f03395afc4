import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { get, post } from './client';
import { currentSession, forget, remember } from './session';
import type { UserMe } from './types';

const user = { id: 1 } as UserMe;
const tokens = (access_token: string, expires_in = 600) => ({ access_token, refresh_token: null, token_type: 'Bearer' as const, expires_in, user });
const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
type Handler = (url: string, headers: Headers) => Response;
let calls: { url: string; headers: Headers }[];
function server(handler: Handler) {
  calls = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    calls.push({ url, headers });
    return handler(url, headers);
  });
}
beforeEach(() => remember(tokens('old')));
afterEach(() => {
  vi.unstubAllGlobals();
  forget(false);
});

describe('client', () => {
  it('renews the token once for many requests and tries again', async () => {
    server((url, headers) => {
      if (url.endsWith('/auth/refresh')) return json(200, tokens('new'));
      return headers.get('Authorization') === 'Bearer new' ? json(200, { ok: true }) : json(401, { code: 'token-expired', status: 401 });
    });
    await Promise.all([get('/a'), get('/b'), get('/c')]);
    expect(calls.filter((c) => c.url.endsWith('/auth/refresh'))).toHaveLength(1);
    expect(calls.find((c) => c.url.endsWith('/auth/refresh'))!.headers.get('X-Requested-With')).toBe('tasktrack');
  });
  it('renews before it sends a token about to end', async () => {
    remember(tokens('old', 1));
    server((url) => (url.endsWith('/auth/refresh') ? json(200, tokens('new')) : json(200, {})));
    await get('/a');
    expect(calls.map((c) => c.url)).toEqual(['/api/v1/auth/refresh', '/api/v1/a']);
  });
  it('sends the same key again after a renewal', async () => {
    let first = true;
    server((url) => {
      if (url.endsWith('/auth/refresh')) return json(200, tokens('new'));
      if (first) {
        first = false;
        return json(401, { code: 'token-expired', status: 401 });
      }
      return json(200, {});
    });
    await post('/tasks', { title: 'a' });
    const keys = calls.filter((c) => c.url.endsWith('/tasks')).map((c) => c.headers.get('Idempotency-Key'));
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });
  it('signs out when the cookie is no longer good', async () => {
    server(() => json(401, { code: 'unauthenticated', status: 401 }));
    await expect(get('/a')).rejects.toMatchObject({ status: 401 });
    expect(currentSession()).toBeNull();
  });
  it('reads problems with pointers and the request id', async () => {
    server(() => json(422, { type: '/problems/invalid', title: 'Invalid', status: 422, code: 'invalid', errors: [{ pointer: '/tag_ids/0', code: 'x', detail: 'no tag' }] }, { 'X-Request-Id': 'r1' }));
    const problem = await post('/tasks', {}).catch((e: unknown) => e);
    expect(problem).toMatchObject({ code: 'invalid', requestId: 'r1' });
    expect((problem as { at(p: string): string | null }).at('/tag_ids')).toBe('no tag');
  });
  it('says when there was no answer', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('failed');
    });
    await expect(get('/a')).rejects.toMatchObject({ status: 0, code: 'network' });
  });
});
