import type { ProblemBody, Task } from './types';

/** An answer that is not a success, or no answer at all (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemBody;
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor(body: ProblemBody, requestId: string | null, retryAfter: number | null = null) {
    super(body.detail || body.title);
    this.name = 'ApiProblem';
    this.status = body.status;
    this.code = body.code;
    this.body = body;
    this.requestId = requestId ?? body.instance ?? null;
    this.retryAfter = retryAfter;
  }

  /** The first complaint about a member of the request, by JSON pointer. */
  at(pointer: string): string | null {
    return this.body.errors?.find((e) => e.pointer === pointer || e.pointer.startsWith(`${pointer}/`))?.detail ?? null;
  }
}

export async function readProblem(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('X-Request-Id');
  const wait = Number(response.headers.get('Retry-After') ?? '');
  let body: ProblemBody = { type: 'about:blank', title: response.statusText || String(response.status), status: response.status, code: 'internal' };
  try {
    if ((response.headers.get('Content-Type') ?? '').includes('json')) body = { ...body, ...(await response.json()) };
  } catch {
    // The body is not what it says; the status stands.
  }
  return new ApiProblem(body, requestId, wait > 0 ? wait : null);
}

/** With 412 on a task: the task as it is now. Other things answer with themselves. */
export function currentTask(problem: ApiProblem): Task | null {
  const current = problem.body.current;
  return typeof current === 'object' && current !== null && 'status' in current && 'key' in current ? (current as Task) : null;
}

export function noAnswer(requestId: string | null): ApiProblem {
  return new ApiProblem({ type: 'about:blank', title: 'network', status: 0, code: 'network' }, requestId);
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const title = error instanceof Error ? error.message : String(error);
  return new ApiProblem({ type: 'about:blank', title, status: -1, code: 'client' }, null);
}
