/**
 * The shapes of the REST contract as the pages use them. `npm run gen` writes `schema.gen.ts` from
 * the server's own document; `types.check.ts` makes `tsc` fail where the two part.
 */
export type Id = number;
/** RFC 3339, UTC. */
export type Instant = string;

export const STATUSES = ['new', 'in_progress', 'waiting', 'testing', 'done', 'closed'] as const;
export type Status = (typeof STATUSES)[number];
export const PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];
/** The server's limit of a title. */
export const TITLE_MAX = 300;
export type Language = 'ru' | 'en';
export type Role = 'admin' | 'manager' | 'finance' | 'worker';

export interface PersonRef {
  id: Id;
  name: string;
  avatar_color: string;
  email?: string;
}
export interface ProjectRef {
  id: Id;
  key: string;
  name: string;
}
export interface TagRef {
  id: Id;
  name: string;
  color: string;
}
/** A tag as the list of tags holds it. */
export interface Tag extends TagRef {
  account_id: Id;
  created_at: Instant;
  updated_at: Instant;
  version: number;
}
export interface TagInput {
  name?: string;
  color: string;
}
export interface TaskRef {
  id: Id;
  key: string;
  title: string;
  status: Status;
}
export interface Account {
  id: Id;
  slug: string;
  name: string;
  language: Language;
  time_zone: string;
  currency: string;
  expires_at: Instant | null;
}
export interface UserMe {
  id: Id;
  public_id: string;
  email: string;
  name: string;
  phone: string | null;
  role: Role;
  language: Language;
  time_zone: string;
  avatar_color: string;
  accounts: Account[];
  created_at: Instant;
}
export interface User {
  id: Id;
  public_id: string;
  email: string;
  name: string;
  role: Role;
  avatar_color: string;
  active: boolean;
}
export interface Project extends ProjectRef {
  public_id: string;
  account: { id: Id; name: string };
  description: string;
  manager: PersonRef | null;
  archived_at: Instant | null;
  open_tasks: number;
  allowed_actions: string[];
  created_at: Instant;
  updated_at: Instant;
  version: number;
}
export interface ProjectInput {
  key?: string;
  name?: string;
  description?: string;
  manager_id?: Id | null;
  archived?: boolean;
}
export const PROJECT_ROLES = ['project_manager', 'functional_architect', 'technical_architect', 'analyst', 'developer', 'tester', 'client', 'clerk', 'only_issues', 'other'] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];
export interface Membership {
  role: ProjectRole;
  topic?: string | null;
  job_title?: string | null;
}
export interface Member {
  user: PersonRef;
  role: ProjectRole;
  topic: string | null;
  job_title: string | null;
}
export interface ReassignResult {
  items: { task_id: Id; key: string; from: PersonRef | null; to: PersonRef }[];
}
export interface Assignee {
  user: PersonRef;
  role: 'owner' | 'collaborator';
  assigned_by?: PersonRef | null;
  assigned_at?: Instant;
}
export interface TaskRow {
  id: Id;
  key: string;
  project: ProjectRef;
  title: string;
  status: Status;
  priority: Priority;
  due_date: Instant | null;
  check_date: Instant | null;
  planned_start: Instant | null;
  planned_end: Instant | null;
  estimated_hours: number | null;
  actual_hours: number | null;
  created_by: PersonRef;
  supervisor: PersonRef | null;
  parent: TaskRef | null;
  assignees: Assignee[];
  tags: TagRef[];
  client_visible: boolean;
  rank: string;
  overdue: boolean;
  children: { total: number; done: number };
  comment_count: number;
  archived_at: Instant | null;
  deleted_at: Instant | null;
  started_at: Instant | null;
  completed_at: Instant | null;
  closed_at: Instant | null;
  created_at: Instant;
  updated_at: Instant;
  version: number;
  event_seq: number;
  allowed_actions: string[];
}
export interface Task extends TaskRow {
  public_id: string;
  account_id: Id;
  description: string;
  metadata: Record<string, unknown>;
  first_answered_at: Instant | null;
  next_statuses?: Status[];
  /** Only in an `as_of` answer. */
  comments?: Comment[];
}
export interface Comment {
  id: Id;
  task_id: Id;
  author: PersonRef;
  body: string;
  internal: boolean;
  mentions: PersonRef[];
  external_author: string | null;
  created_at: Instant;
  edited_at: Instant | null;
  version: number;
  allowed_actions: string[];
}
export interface Change {
  from: unknown;
  to: unknown;
}
export type EventType =
  | 'TaskCreated'
  | 'TaskUpdated'
  | 'TaskStatusChanged'
  | 'TaskAssigned'
  | 'TaskUnassigned'
  | 'TaskArchived'
  | 'TaskUnarchived'
  | 'TaskDeleted'
  | 'TaskRestored'
  | 'TaskMoved'
  | 'TaskRankChanged'
  | 'TaskLinked'
  | 'TaskSyncNoted'
  | 'CommentAdded'
  | 'CommentEdited'
  | 'CommentDeleted'
  | 'TagCreated'
  | 'TagUpdated'
  | 'TagDeleted'
  | 'TaskTemplateCreated'
  | 'TaskTemplateUpdated'
  | 'TaskTemplateDeleted'
  | 'TaskTemplateUsed'
  | 'UserCreated'
  | 'UserUpdated'
  | 'UserPasswordChanged'
  | 'UserLoggedIn'
  | 'UserLoggedOut'
  | 'UserLoginFailed'
  | 'SessionRevoked'
  | 'ProjectCreated'
  | 'ProjectUpdated'
  | 'ProjectMemberSet'
  | 'ProjectMemberRemoved'
  | 'IntegrationUpdated'
  | 'DeadLetterResent'
  | 'DeadLetterDiscarded'
  | 'ViewCreated'
  | 'ViewUpdated'
  | 'ViewDeleted'
  | 'ConflictResolved'
  | 'AccessRefused'
  | 'SigningKeyCreated'
  | 'TaskRelationAdded'
  | 'TaskRelationRemoved'
  | 'TaskWatcherAdded'
  | 'TaskWatcherRemoved';
export interface HistoryEntry {
  id: string;
  event_seq: number;
  type: EventType;
  actor: PersonRef | null;
  cause: { kind: string; id?: string | null; source?: string | null } | null;
  occurred_at: Instant;
  changes: Record<string, Change>;
  comment?: { id: Id; body: string | null; internal: boolean; external_author?: string | null } | null;
}
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  count?: number;
}
export interface Tokens {
  access_token: string;
  refresh_token: string | null;
  token_type: string;
  expires_in: number;
  user: UserMe;
}
export interface AuthConfig {
  registration: 'invite' | 'new-account' | 'off';
  demo: boolean;
  version: string;
  languages: Language[];
}

/** What POST and PATCH of a task take. */
export interface TaskInput {
  title?: string;
  project_id?: Id;
  description?: string;
  status?: Status;
  priority?: Priority;
  due_date?: string | null;
  check_date?: string | null;
  planned_start?: string | null;
  planned_end?: string | null;
  estimated_hours?: number | null;
  actual_hours?: number | null;
  supervisor_id?: Id | null;
  parent_id?: Id | null;
  owner_id?: Id | null;
  tag_ids?: Id[];
  metadata?: Record<string, unknown>;
  client_visible?: boolean;
  comment?: string;
}
/** POST alone takes these too; afterwards people come and go one by one. */
export interface NewTask extends TaskInput {
  title: string;
  collaborator_ids?: Id[];
}
export interface BulkChange {
  status?: Status;
  priority?: Priority;
  due_date?: string | null;
  owner_id?: Id | null;
  add_tag_ids?: Id[];
  remove_tag_ids?: Id[];
  project_id?: Id;
  archived?: boolean;
  deleted?: true;
  supervisor_id?: Id | null;
  client_visible?: boolean;
}
export interface BulkResult {
  items: { task_id: Id; ok: boolean; task?: TaskRow; problem?: ProblemBody }[];
}
export interface SearchHit {
  task: TaskRow;
  rank: number;
  title_html: string;
  snippet_html: string;
  comment_id: Id | null;
}
export interface Template {
  id: Id;
  account_id: Id;
  name: string;
  title: string;
  description: string;
  priority: Priority;
  estimated_hours: number | null;
  tags: TagRef[];
  project: ProjectRef | null;
  checklist: string[];
  created_at: Instant;
  updated_at: Instant;
  version: number;
}
export interface TemplateInput {
  name?: string;
  title?: string;
  description?: string;
  priority?: Priority;
  estimated_hours?: number | null;
  tag_ids?: Id[];
  project_id?: Id | null;
  checklist?: string[];
}

export interface Integration {
  id: Id;
  source: string;
  account: { id: Id; name: string };
  project: ProjectRef;
  user: PersonRef;
  enabled: boolean;
  id_mode: 'ours' | 'theirs';
  delete_policy: 'archive' | 'delete' | 'ignore';
  conflict_policy: 'newest_wins' | 'erp_wins' | 'ours_wins' | 'ask';
  field_policies: Record<string, string>;
  topics_in: string[];
  topic_out: string;
  version: number;
}
export type IntegrationInput = Partial<Pick<Integration, 'enabled' | 'id_mode' | 'delete_policy' | 'conflict_policy'>>;
export interface Conflict {
  id: Id;
  task: TaskRef;
  integration_id: Id;
  source: string;
  field: string;
  base: unknown;
  ours: unknown;
  theirs: unknown;
  policy: string;
  outcome: 'theirs' | 'ours' | 'open' | 'resolved';
  chosen: unknown;
  created_at: Instant;
  resolved_at: Instant | null;
  resolved_by: PersonRef | null;
}
export interface DeadLetter {
  id: Id;
  source: string | null;
  topic: string;
  partition: number | null;
  offset: number | null;
  key: string | null;
  headers: Record<string, string>;
  payload: string;
  payload_base64?: string | null;
  code: string;
  detail: string;
  pointer: string | null;
  attempts: number;
  state: 'open' | 'resent' | 'discarded';
  created_at: Instant;
  resolved_at: Instant | null;
  resolved_by: PersonRef | null;
  reason: string | null;
}
export interface ExchangeStatus {
  relay: { position: number | null; head: number | null; lag: number; oldest_unsent_seconds: number | null };
  inbound: { applied: number; ignored: number; parked: number; dead_letters_open: number };
  kafka: 'up' | 'down' | 'off';
  conflicts_open: number;
}

export interface ProblemError {
  pointer: string;
  code: string;
  detail: string;
}
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  code: string;
  errors?: ProblemError[];
  /** With 412: the thing as it is now. */
  current?: unknown;
  /** With 409 `task-blocked`: what is still open. */
  blocked_by?: unknown;
}

export interface LiveEvent {
  id: string;
  type: string;
  task_id: Id | null;
  key: string | null;
  project_id: Id | null;
  account_id: Id;
  event_seq: number;
  version: number;
  actor: PersonRef | null;
  occurred_at: Instant;
  changes: Record<string, Change>;
  task: TaskRow | null;
  comment: Comment | null;
}
export type LiveFrame =
  | { type: 'hello'; position: number; user_id: Id }
  | { type: 'event'; position: number; event: LiveEvent }
  | { type: 'presence'; task_id: Id; users: PersonRef[] }
  /** Out of sight for this person now. */
  | { type: 'gone'; task_id: Id }
  | { type: 'reset'; position?: number }
  | { type: 'pong' }
  | { type: 'error'; code: string; detail: string };
