import { readProblem, noAnswer } from './problem';
import type { Tokens, UserMe } from './types';

/**
 * Who is signed in. The access token lives in memory only; the refresh token is an HttpOnly
 * cookie that scripts never see. `tt.signed` only remembers that a cookie may be there, so
 * that a first visit does not ask in vain. `tt.me` is that person's own profile: without a line
 * the pages open with what was seen last, and changes wait (api/queue.ts); it goes at sign-out.
 */
export const BASE = '/api/v1';
const HINT = 'tt.signed';
const ME = 'tt.me';

export interface Session {
  user: UserMe;
  token: string;
  expiresAt: number;
}

let session: Session | null = null;
const listeners = new Set<() => void>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('tasktrack-session');
channel?.addEventListener('message', (event) => {
  if (event.data === 'out') forget(false);
});

export function currentSession(): Session | null {
  return session;
}
export function subscribeSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
function emit() {
  for (const listener of [...listeners]) listener();
}

export function remember(tokens: Tokens): void {
  // Renewed half a minute early, so that no request leaves with a token about to end.
  session = { user: tokens.user, token: tokens.access_token, expiresAt: Date.now() + (tokens.expires_in - 30) * 1000 };
  store(HINT, '1');
  store(ME, JSON.stringify(tokens.user));
  emit();
}
export function setUser(user: UserMe): void {
  if (!session) return;
  session = { ...session, user };
  store(ME, JSON.stringify(user));
  emit();
}
export function forget(tell = true): void {
  const had = session !== null;
  session = null;
  store(HINT, null);
  store(ME, null);
  if (tell) channel?.postMessage('out');
  if (had) emit();
}
export function maybeSignedIn(): boolean {
  return session !== null || read(HINT) === '1';
}

/** What has to happen before a person leaves on purpose, while the session is still good. */
const before = new Set<() => void | Promise<void>>();
export function beforeLeaving(work: () => void | Promise<void>): () => void {
  before.add(work);
  return () => before.delete(work);
}
export async function leave(): Promise<void> {
  for (const work of [...before]) await work();
}

/** Longer than this nobody waits for a line that may not be there. */
const PATIENCE = 4000;
/**
 * The session at the start of a page. Where the server is not reached, the person who was here last
 * goes on with what is on this device; the first answer of the server then decides.
 */
export async function resume(): Promise<boolean> {
  if (session) return true;
  const me = read(ME);
  if (!me) return refresh();
  const asked = refresh();
  const late = new Promise<'late'>((done) => setTimeout(done, PATIENCE, 'late'));
  const answer = await Promise.race([asked, late]).catch(() => 'late' as const);
  if (answer !== 'late') return answer;
  asked.catch(() => undefined);
  try {
    session ??= { user: JSON.parse(me) as UserMe, token: '', expiresAt: 0 };
  } catch {
    return false;
  }
  emit();
  return true;
}

let running: Promise<boolean> | null = null;

/** Trades the cookie for a new access token. One at a time in this tab, and over all tabs. */
export function refresh(): Promise<boolean> {
  running ??= underLock(doRefresh).finally(() => {
    running = null;
  });
  return running;
}

async function underLock<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work();
  let result: T | undefined;
  await navigator.locks.request('tasktrack-refresh', async () => {
    result = await work();
  });
  return result as T;
}

async function doRefresh(): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${BASE}/auth/refresh`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'tasktrack' },
      body: '{}',
    });
  } catch {
    throw noAnswer(null);
  }
  if (response.ok) {
    remember((await response.json()) as Tokens);
    return true;
  }
  if (response.status === 401 || response.status === 403 || response.status === 422) {
    forget(false);
    return false;
  }
  throw await readProblem(response);
}

function store(key: string, value: string | null) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // No storage: the session still works in this tab.
  }
}
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
