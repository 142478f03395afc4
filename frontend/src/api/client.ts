import { noAnswer, readProblem } from './problem';
import { BASE, currentSession, maybeSignedIn, refresh } from './session';

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface Options {
  query?: Query;
  body?: unknown;
  /** Sent as If-Match: the version the change was made on. */
  version?: number;
  /** One key for all tries of one intent; made here when not given. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** No bearer token and no refresh (sign-in itself). */
  open?: boolean;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export function url(path: string, query?: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return BASE + path + (text ? `?${text}` : '');
}

/** The one way out to the server. */
export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const key = method === 'GET' || options.open ? null : (options.idempotencyKey ?? crypto.randomUUID());
  if (!options.open) await freshToken();
  let response = await send(method, path, options, key);
  if (response.status === 401 && !options.open && maybeSignedIn() && (await refresh())) {
    response = await send(method, path, options, key);
  }
  if (!response.ok) throw await readProblem(response);
  const commit = response.headers.get('Tasktrack-Commit');
  // Nothing to say, yet it may be named: an empty answer can be undone too.
  const answer: unknown = response.status === 204 ? (commit ? {} : undefined) : await response.json();
  if (commit && typeof answer === 'object' && answer !== null) commits.set(answer, commit);
  return answer as T;
}

const commits = new WeakMap<object, string>();
/** The commit that a write made, by its answer: what an undo names. */
export function commitOf(answer: unknown): string | null {
  return typeof answer === 'object' && answer !== null ? (commits.get(answer) ?? null) : null;
}

async function freshToken(): Promise<void> {
  const session = currentSession();
  if (session && session.expiresAt > Date.now()) return;
  if (session || maybeSignedIn()) await refresh();
}

async function send(method: Method, path: string, options: Options, key: string | null): Promise<Response> {
  const requestId = crypto.randomUUID();
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Request-Id': requestId, 'X-Requested-With': 'tasktrack' };
  const session = currentSession();
  if (session && !options.open) headers.Authorization = `Bearer ${session.token}`;
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  try {
    return await fetch(url(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw noAnswer(requestId);
  }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>('GET', path, { query, signal });
export const post = <T>(path: string, body?: unknown, options?: Options) => request<T>('POST', path, { ...options, body: body ?? {} });
export const patch = <T>(path: string, body: unknown, options?: Options) => request<T>('PATCH', path, { ...options, body });
export const put = <T>(path: string, body: unknown, options?: Options) => request<T>('PUT', path, { ...options, body });
export const del = <T = void>(path: string, options?: Options) => request<T>('DELETE', path, options);
