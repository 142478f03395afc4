-- People are global; they are let into accounts.
CREATE TABLE users (
  id {pk},
  public_id {uuid} NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  phone text,
  role text NOT NULL CHECK (role IN ('admin','manager','finance','worker')),
  language text NOT NULL,
  time_zone text NOT NULL,
  avatar_color text NOT NULL,
  password_hash text,
  active boolean NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL
);

CREATE TABLE account (
  id {pk},
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  content text NOT NULL DEFAULT '',
  language text NOT NULL,
  time_zone text NOT NULL,
  currency text NOT NULL,
  manager_id bigint REFERENCES users (id),
  created_at {ts} NOT NULL,
  expires_at {ts}
);
CREATE INDEX account_manager ON account (manager_id);

-- Who is let into an account; the owner account of a person has owner = true.
CREATE TABLE account_user (
  account_id bigint NOT NULL REFERENCES account (id),
  user_id bigint NOT NULL REFERENCES users (id),
  owner boolean NOT NULL DEFAULT false,
  PRIMARY KEY (account_id, user_id)
);
CREATE INDEX account_user_user ON account_user (user_id);

CREATE TABLE session (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users (id),
  refresh_hash text NOT NULL,
  previous_hash text,
  successor text,
  rotated_at {ts},
  created_at {ts} NOT NULL,
  expires_at {ts} NOT NULL,
  last_seen_at {ts} NOT NULL,
  ended_at {ts},
  user_agent text,
  address text
);
CREATE UNIQUE INDEX session_refresh ON session (refresh_hash);
CREATE UNIQUE INDEX session_previous ON session (previous_hash);
CREATE INDEX session_of_user ON session (user_id);

-- Private parts are sealed by the master key.
CREATE TABLE signing_key (
  kid text NOT NULL PRIMARY KEY,
  public_pem text NOT NULL,
  sealed_private text NOT NULL,
  created_at {ts} NOT NULL,
  retired_at {ts}
);

CREATE TABLE project (
  id {pk},
  public_id {uuid} NOT NULL UNIQUE,
  account_id bigint NOT NULL REFERENCES account (id),
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  manager_id bigint REFERENCES users (id),
  archived_at {ts},
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, id),
  UNIQUE (account_id, key)
);
CREATE INDEX project_manager ON project (manager_id);

-- A row of its own: every new task of the project locks it.
CREATE TABLE project_counter (
  project_id bigint NOT NULL PRIMARY KEY,
  last_number bigint NOT NULL
);

CREATE TABLE project_member (
  account_id bigint NOT NULL,
  project_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  role text NOT NULL CHECK (role IN ('project_manager','functional_architect','technical_architect','analyst','developer','client','tester','clerk','only_issues','other')),
  topic text,
  job_title text,
  PRIMARY KEY (project_id, user_id),
  FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id)
);
CREATE INDEX project_member_user ON project_member (user_id);

CREATE TABLE tag (
  id {pk},
  account_id bigint NOT NULL REFERENCES account (id),
  name text NOT NULL,
  color text NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, id),
  UNIQUE (account_id, name)
);

-- status: 0 new, 1 in_progress, 2 waiting, 3 testing, 4 done, 5 closed (below 4 is open). priority: 1 low to 4 urgent.
-- assignees and tag_ids repeat task_assignee and task_tag, so that a list needs one statement; both are written in one place.
CREATE TABLE task (
  id {pk},
  public_id {uuid} NOT NULL,
  account_id bigint NOT NULL,
  project_id bigint NOT NULL,
  number bigint NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  status smallint NOT NULL,
  priority smallint NOT NULL,
  due_date {ts},
  check_date {ts},
  planned_start {ts},
  planned_end {ts},
  estimated_hours {double},
  actual_hours {double},
  created_by bigint NOT NULL REFERENCES users (id),
  supervisor_id bigint REFERENCES users (id),
  parent_id bigint,
  assignees {json} NOT NULL,
  tag_ids {json} NOT NULL,
  metadata {json} NOT NULL,
  external_ids {json} NOT NULL,
  client_visible boolean NOT NULL,
  rank {rank} NOT NULL,
  comment_count integer NOT NULL,
  archived_at {ts},
  deleted_at {ts},
  started_at {ts},
  first_answered_at {ts},
  completed_at {ts},
  closed_at {ts},
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, id),
  FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id),
  FOREIGN KEY (account_id, parent_id) REFERENCES task (account_id, id)
);
CREATE UNIQUE INDEX task_public_id ON task (public_id);
CREATE UNIQUE INDEX task_key ON task (account_id, key);
CREATE INDEX task_parent ON task (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX task_due_open ON task (project_id, due_date, id) WHERE status < 4 AND archived_at IS NULL AND deleted_at IS NULL;
CREATE INDEX task_project_created ON task (project_id, created_at, id);
CREATE INDEX task_project_rank ON task (project_id, rank, id);
CREATE INDEX task_account_created ON task (account_id, created_at, id);
CREATE INDEX task_account_updated ON task (account_id, updated_at, id);
CREATE INDEX task_account_due ON task (account_id, due_date, id) WHERE due_date IS NOT NULL;
CREATE INDEX task_creator ON task (created_by, created_at);
CREATE INDEX task_creator_open ON task (created_by, id) WHERE status < 4 AND archived_at IS NULL AND deleted_at IS NULL;
CREATE INDEX task_supervisor ON task (supervisor_id) WHERE supervisor_id IS NOT NULL;
CREATE INDEX task_archived ON task (archived_at) WHERE archived_at IS NOT NULL;
CREATE INDEX task_deleted ON task (deleted_at) WHERE deleted_at IS NOT NULL;

-- Former keys of moved tasks.
CREATE TABLE task_key_alias (
  account_id bigint NOT NULL,
  key text NOT NULL,
  task_id bigint NOT NULL,
  PRIMARY KEY (account_id, key)
);

CREATE TABLE task_assignee (
  task_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  account_id bigint NOT NULL,
  role text NOT NULL CHECK (role IN ('owner','collaborator')),
  assigned_by bigint,
  assigned_at {ts} NOT NULL,
  PRIMARY KEY (task_id, user_id),
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE
);
CREATE INDEX task_assignee_user ON task_assignee (user_id, task_id);
CREATE UNIQUE INDEX task_owner ON task_assignee (task_id) WHERE role = 'owner';

CREATE TABLE task_tag (
  task_id bigint NOT NULL,
  tag_id bigint NOT NULL,
  account_id bigint NOT NULL,
  PRIMARY KEY (task_id, tag_id),
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE,
  FOREIGN KEY (account_id, tag_id) REFERENCES tag (account_id, id) ON DELETE CASCADE
);
CREATE INDEX task_tag_tag ON task_tag (tag_id, task_id);

CREATE TABLE comment (
  id {pk},
  account_id bigint NOT NULL,
  task_id bigint NOT NULL,
  author_id bigint NOT NULL REFERENCES users (id),
  body text NOT NULL,
  internal boolean NOT NULL,
  mentions {json} NOT NULL,
  external_author text,
  created_at {ts} NOT NULL,
  edited_at {ts},
  version bigint NOT NULL,
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE
);
CREATE INDEX comment_task ON comment (task_id, created_at, id);

-- Full text: one row per task (comment_id = 0) and per comment. On PostgreSQL a weighted tsvector of Russian and English word forms,
-- on SQLite an FTS5 table.
--pg
CREATE TABLE search_doc (
  task_id bigint NOT NULL,
  comment_id bigint NOT NULL,
  account_id bigint NOT NULL,
  project_id bigint NOT NULL,
  internal boolean NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (task_id, comment_id)
);
-- New documents wait in a list that every search reads through: with the usual 4 MB it costs more than the search itself.
--pg
CREATE INDEX search_doc_words ON search_doc USING gin (words) WITH (gin_pending_list_limit = 128);
-- The words of a document; the last two narrow a search in the index itself.
--pg
CREATE FUNCTION search_words(account bigint, project bigint, title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('russian', title) || to_tsvector('simple', title), 'A') || setweight(to_tsvector('russian', body), 'B')
  || array_to_tsvector(ARRAY['@a' || CAST(account AS text), '@p' || CAST(project AS text)]);
--sqlite
CREATE VIRTUAL TABLE search_doc USING fts5 (title, body, task_id UNINDEXED, comment_id UNINDEXED, account_id UNINDEXED, project_id UNINDEXED, internal UNINDEXED, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');

CREATE TABLE task_template (
  id {pk},
  account_id bigint NOT NULL REFERENCES account (id),
  name text NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  priority smallint NOT NULL,
  estimated_hours {double},
  tag_ids {json} NOT NULL,
  project_id bigint,
  checklist {json} NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, name),
  FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id)
);

-- The event log: append-only; position is given by the sequencer (on SQLite at insertion).
CREATE TABLE event (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id bigint,
  aggregate_type text NOT NULL,
  aggregate_id bigint NOT NULL,
  event_seq bigint NOT NULL,
  type text NOT NULL,
  schema_version integer NOT NULL,
  actor_id bigint,
  cause_kind text NOT NULL,
  cause_id text,
  source text,
  address text,
  trace text,
  commit_id {uuid} NOT NULL,
  occurred_at {ts} NOT NULL,
  payload {json} NOT NULL,
  position bigint
);
CREATE UNIQUE INDEX event_aggregate ON event (aggregate_type, aggregate_id, event_seq);
CREATE UNIQUE INDEX event_position ON event (position) WHERE position IS NOT NULL;
CREATE INDEX event_pending ON event (aggregate_type, aggregate_id, event_seq) WHERE position IS NULL;

-- One row; whoever locks it gives positions.
CREATE TABLE log_head (
  id integer NOT NULL PRIMARY KEY,
  position bigint NOT NULL
);
INSERT INTO log_head (id, position) VALUES (1, 0);

CREATE TABLE reader_cursor (
  name text NOT NULL PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE lease (
  name text NOT NULL PRIMARY KEY,
  holder text NOT NULL,
  epoch bigint NOT NULL,
  expires_at {ts} NOT NULL
);

CREATE TABLE idempotency (
  principal text NOT NULL,
  key text NOT NULL,
  operation text NOT NULL,
  request_hash text NOT NULL,
  status smallint,
  body {json},
  created_at {ts} NOT NULL,
  PRIMARY KEY (principal, key, operation)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Ids from one place on SQLite (PostgreSQL has sequences).
--sqlite
CREATE TABLE id_counter (
  name text NOT NULL PRIMARY KEY,
  last bigint NOT NULL
);

CREATE TABLE integration (
  id {pk},
  source text NOT NULL UNIQUE,
  account_id bigint NOT NULL REFERENCES account (id),
  project_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  enabled boolean NOT NULL,
  id_mode text NOT NULL,
  delete_policy text NOT NULL,
  conflict_policy text NOT NULL,
  field_policies {json} NOT NULL,
  topics_in {json} NOT NULL,
  topic_out text NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, id),
  FOREIGN KEY (account_id, project_id) REFERENCES project (account_id, id)
);

CREATE TABLE inbox (
  key text NOT NULL PRIMARY KEY,
  entered_at {ts} NOT NULL
);
CREATE INDEX inbox_age ON inbox (entered_at);

-- The ERP's id of a thing of ours.
CREATE TABLE external_ref (
  integration_id bigint NOT NULL REFERENCES integration (id),
  kind text NOT NULL,
  external_id text NOT NULL,
  internal_id bigint NOT NULL,
  PRIMARY KEY (integration_id, kind, external_id)
);
CREATE INDEX external_ref_internal ON external_ref (integration_id, kind, internal_id);

CREATE TABLE sync_base (
  integration_id bigint NOT NULL REFERENCES integration (id),
  task_id bigint NOT NULL,
  field text NOT NULL,
  value {json} NOT NULL,
  agreed_at {ts} NOT NULL,
  PRIMARY KEY (task_id, integration_id, field)
);

CREATE TABLE conflict (
  id {pk},
  account_id bigint NOT NULL,
  task_id bigint NOT NULL,
  integration_id bigint NOT NULL,
  source text NOT NULL,
  field text NOT NULL,
  base {json} NOT NULL,
  ours {json} NOT NULL,
  theirs {json} NOT NULL,
  policy text NOT NULL,
  outcome text NOT NULL,
  chosen {json},
  created_at {ts} NOT NULL,
  resolved_at {ts},
  resolved_by bigint,
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE,
  FOREIGN KEY (account_id, integration_id) REFERENCES integration (account_id, id)
);
CREATE INDEX conflict_account ON conflict (account_id, id);
CREATE INDEX conflict_task ON conflict (task_id, id);
CREATE INDEX conflict_open ON conflict (account_id, id) WHERE outcome = 'open';

CREATE TABLE parked (
  id {pk},
  integration_id bigint NOT NULL REFERENCES integration (id),
  external_id text NOT NULL,
  message {json} NOT NULL,
  parked_at {ts} NOT NULL
);
CREATE INDEX parked_key ON parked (integration_id, external_id, id);
CREATE INDEX parked_age ON parked (parked_at);

CREATE TABLE dead_letter (
  id {pk},
  account_id bigint,
  source text,
  message {json} NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  pointer text,
  attempts integer NOT NULL,
  state text NOT NULL,
  created_at {ts} NOT NULL,
  resolved_at {ts},
  resolved_by bigint,
  reason text,
  published boolean NOT NULL DEFAULT false
);
CREATE INDEX dead_letter_account ON dead_letter (account_id, id);
CREATE INDEX dead_letter_open ON dead_letter (id) WHERE state = 'open';
CREATE INDEX dead_letter_unpublished ON dead_letter (id) WHERE published = false;

CREATE TABLE inbound_count (
  what text NOT NULL PRIMARY KEY,
  count bigint NOT NULL
);
