import { del, get, patch, post, put, request, type Query } from './client';
import { forget, leave, remember, setUser } from './session';
import type * as T from './types';

/** Every operation the pages use, by slice. */
export const auth = {
  config: () => request<T.AuthConfig>('GET', '/auth/config', { open: true }),
  async logIn(email: string, password: string) {
    const tokens = await request<T.Tokens>('POST', '/auth/login', { open: true, body: { email, password, cookie: true } });
    remember(tokens);
    return tokens;
  },
  async register(body: { email: string; password: string; name: string; language?: T.Language; time_zone?: string }) {
    const tokens = await request<T.Tokens>('POST', '/auth/register', { open: true, body: { ...body, cookie: true } });
    remember(tokens);
    return tokens;
  },
  async logOut() {
    await leave();
    try {
      await request<void>('POST', '/auth/logout', { open: true, body: {} });
    } finally {
      forget();
    }
  },
};

export const users = {
  me: () => get<T.UserMe>('/users/me'),
  async updateMe(body: Partial<Pick<T.UserMe, 'name' | 'phone' | 'language' | 'time_zone' | 'avatar_color'>>) {
    const me = await patch<T.UserMe>('/users/me', body);
    setUser(me);
    return me;
  },
  list: (query: Query, signal?: AbortSignal) => get<T.Page<T.User>>('/users', query, signal),
};

export const projects = {
  list: (query: Query = {}) => get<T.Page<T.Project>>('/projects', { limit: 200, ...query }),
  create: (body: T.ProjectInput & { key: string; name: string }) => post<T.Project>('/projects', body),
  change: (p: T.Project, body: Omit<T.ProjectInput, 'key'>) => patch<T.Project>(`/projects/${p.id}`, body, { version: p.version }),
  members: (id: T.Id) => get<T.Page<T.Member>>(`/projects/${id}/members`),
  setMember: (id: T.Id, user: T.Id, body: T.Membership) => put<T.Member>(`/projects/${id}/members/${user}`, body),
  removeMember: (id: T.Id, user: T.Id) => del(`/projects/${id}/members/${user}`),
  reassign: (id: T.Id) => post<T.ReassignResult>(`/projects/${id}/reassign`),
};

export const tasks = {
  list: (query: Query, signal?: AbortSignal) => get<T.Page<T.TaskRow>>('/tasks', query, signal),
  one: (key: string | number, signal?: AbortSignal) => get<T.Task>(`/tasks/${key}`, undefined, signal),
  asOf: (key: string, at: string) => get<T.Task>(`/tasks/${key}`, { as_of: at }),
  create: (body: T.NewTask, idempotencyKey?: string) => post<T.Task>('/tasks', body, { idempotencyKey }),
  change: (id: T.Id, version: number, body: T.TaskInput, idempotencyKey?: string) => patch<T.Task>(`/tasks/${id}`, body, { version, idempotencyKey }),
  assign: (id: T.Id, user_id: T.Id, role: 'owner' | 'collaborator') => post<T.Task>(`/tasks/${id}/assign`, { user_id, role }),
  unassign: (id: T.Id, user: T.Id) => del<T.Task>(`/tasks/${id}/assignees/${user}`),
  archive: (id: T.Id, version: number) => post<T.Task>(`/tasks/${id}/archive`, {}, { version }),
  unarchive: (id: T.Id, version: number) => post<T.Task>(`/tasks/${id}/unarchive`, {}, { version }),
  restore: (id: T.Id, version?: number) => post<T.Task>(`/tasks/${id}/restore`, {}, { version }),
  remove: (id: T.Id, version: number) => del(`/tasks/${id}`, { version }),
  bulk: (task_ids: T.Id[], change: T.BulkChange) => post<T.BulkResult>('/tasks/bulk', { task_ids, change }),
  history: (id: T.Id, cursor?: string | null) => get<T.Page<T.HistoryEntry>>(`/tasks/${id}/history`, { limit: 50, cursor }),
  search: (q: string, signal?: AbortSignal) => get<T.Page<T.SearchHit>>('/search', { q, limit: 8 }, signal),
};

export const comments = {
  list: (task: T.Id, cursor?: string | null) => get<T.Page<T.Comment>>(`/tasks/${task}/comments`, { limit: 100, cursor }),
  add: (task: T.Id, body: string, internal: boolean, idempotencyKey?: string) =>
    post<T.Comment>(`/tasks/${task}/comments`, { body, internal }, { idempotencyKey }),
  edit: (comment: T.Comment, body: { body?: string; internal?: boolean }) =>
    patch<T.Comment>(`/tasks/${comment.task_id}/comments/${comment.id}`, body, { version: comment.version }),
  remove: (comment: T.Comment) => del(`/tasks/${comment.task_id}/comments/${comment.id}`, { version: comment.version }),
};

export const tags = {
  list: () => get<T.Page<T.Tag>>('/tags', { limit: 200 }),
  create: (body: T.TagInput) => post<T.Tag>('/tags', body),
  change: (tag: T.Tag, body: Partial<T.TagInput>) => patch<T.Tag>(`/tags/${tag.id}`, body, { version: tag.version }),
  remove: (tag: T.Tag) => del(`/tags/${tag.id}`, { version: tag.version }),
};

export const templates = {
  list: () => get<T.Page<T.Template>>('/task-templates', { limit: 200 }),
  create: (body: T.TemplateInput) => post<T.Template>('/task-templates', body),
  change: (id: T.Id, version: number, body: T.TemplateInput) => patch<T.Template>(`/task-templates/${id}`, body, { version }),
  remove: (id: T.Id, version: number) => del(`/task-templates/${id}`, { version }),
};

export const exchange = {
  status: () => get<T.ExchangeStatus>('/exchange/status'),
  integrations: () => get<T.Page<T.Integration>>('/integrations'),
  changeIntegration: (i: T.Integration, body: T.IntegrationInput) =>
    patch<T.Integration>(`/integrations/${i.id}`, body, { version: i.version }),
  conflicts: (state: string, cursor?: string | null) => get<T.Page<T.Conflict>>('/conflicts', { state, cursor, limit: 50 }),
  resolve: (id: T.Id, body: { choice: 'ours' | 'theirs' | 'value'; value?: unknown }) => post<T.Conflict>(`/conflicts/${id}/resolve`, body),
  deadLetters: (state: string, cursor?: string | null) => get<T.Page<T.DeadLetter>>('/dead-letters', { state, cursor, limit: 50 }),
  deadLetter: (id: T.Id) => get<T.DeadLetter>(`/dead-letters/${id}`),
  resend: (id: T.Id, payload?: string) => post<T.DeadLetter>(`/dead-letters/${id}/resend`, payload === undefined ? {} : { payload }),
  discard: (id: T.Id, reason: string) => post<T.DeadLetter>(`/dead-letters/${id}/discard`, { reason }),
};

export const live = {
  ticket: () => post<{ ticket: string; expires_in: number }>('/live/ticket'),
};
