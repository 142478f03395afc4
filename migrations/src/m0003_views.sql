-- Filter, order and layout of a list of tasks under a name; private ones are their owner's alone.
CREATE TABLE saved_view (
  id {pk},
  account_id bigint NOT NULL REFERENCES account (id),
  owner_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  shared boolean NOT NULL,
  filter {json} NOT NULL,
  sort text NOT NULL,
  layout text NOT NULL CHECK (layout IN ('table','board','calendar','timeline')),
  display {json} NOT NULL,
  created_at {ts} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL,
  event_seq bigint NOT NULL,
  UNIQUE (account_id, id)
);
CREATE INDEX saved_view_owner ON saved_view (owner_id, name, id);
CREATE INDEX saved_view_shared ON saved_view (account_id, name, id) WHERE shared;

-- What people have chosen for themselves.
CREATE TABLE preference (
  user_id bigint NOT NULL PRIMARY KEY REFERENCES users (id),
  chosen {json} NOT NULL,
  updated_at {ts} NOT NULL,
  version bigint NOT NULL
);

-- Tasks, projects and views that people keep at hand, in their order. Without foreign keys, since these are three tables.
CREATE TABLE favourite (
  user_id bigint NOT NULL REFERENCES users (id),
  kind text NOT NULL CHECK (kind IN ('task','project','view')),
  thing_id bigint NOT NULL,
  rank {rank} NOT NULL,
  PRIMARY KEY (user_id, kind, thing_id)
);
CREATE INDEX favourite_thing ON favourite (thing_id, kind);

-- Who is mentioned where: repeats what comments and descriptions (comment_id = 0) say, for one look per person.
CREATE TABLE mention (
  task_id bigint NOT NULL,
  comment_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  account_id bigint NOT NULL,
  by_id bigint NOT NULL REFERENCES users (id),
  at {ts} NOT NULL,
  PRIMARY KEY (task_id, comment_id, user_id),
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE
);
CREATE INDEX mention_newest ON mention (user_id, at, task_id, comment_id);

--pg
INSERT INTO mention (task_id, comment_id, user_id, account_id, by_id, at)
SELECT c.task_id, c.id, CAST(m.id AS bigint), c.account_id, c.author_id, c.created_at
FROM comment c CROSS JOIN LATERAL jsonb_array_elements_text(c.mentions) AS m (id)
ON CONFLICT DO NOTHING;
--sqlite
INSERT OR IGNORE INTO mention (task_id, comment_id, user_id, account_id, by_id, at)
SELECT c.task_id, c.id, m.value, c.account_id, c.author_id, c.created_at FROM comment c, json_each(c.mentions) m;
--pg
INSERT INTO mention (task_id, comment_id, user_id, account_id, by_id, at)
SELECT t.id, 0, u.user_id, t.account_id, t.created_by, t.created_at
FROM task t CROSS JOIN LATERAL regexp_matches(t.description, '\[@[^][]*\]\(/users/(\d{1,18})', 'g') AS m (ids)
JOIN account_user u ON u.account_id = t.account_id AND u.user_id = CAST(m.ids[1] AS bigint)
WHERE t.description LIKE '%](/users/%'
ON CONFLICT DO NOTHING;
--sqlite
INSERT OR IGNORE INTO mention (task_id, comment_id, user_id, account_id, by_id, at)
WITH RECURSIVE piece (task_id, account_id, by_id, at, rest) AS (
  SELECT id, account_id, created_by, created_at, substr(description, instr(description, '](/users/') + 9) FROM task WHERE instr(description, '](/users/') > 0
  UNION ALL
  SELECT task_id, account_id, by_id, at, substr(rest, instr(rest, '](/users/') + 9) FROM piece WHERE instr(rest, '](/users/') > 0
)
SELECT p.task_id, 0, u.user_id, p.account_id, p.by_id, p.at FROM piece p
JOIN account_user u ON u.account_id = p.account_id AND u.user_id = CAST(p.rest AS integer);

-- How many tasks a column of the board should have at most, by status.
ALTER TABLE project ADD COLUMN board_limits {json} NOT NULL DEFAULT '{}';

-- What is planned, for calendar and timeline. Few tasks have a plan; the due dates of the others have their index.
CREATE INDEX task_planned ON task (account_id, coalesce(planned_end, planned_start)) WHERE planned_start IS NOT NULL OR planned_end IS NOT NULL;

-- The feed: the project a task was in at the event; by project and by who did it. NULL for events of other things.
ALTER TABLE event ADD COLUMN project_id bigint;
--pg
UPDATE event SET project_id = CAST(payload #>> '{snapshot,project,id}' AS bigint) WHERE aggregate_type = 'task';
--sqlite
UPDATE event SET project_id = json_extract(payload, '$.snapshot.project.id') WHERE aggregate_type = 'task';
CREATE INDEX event_feed ON event (project_id, occurred_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX event_actor ON event (actor_id, occurred_at, id) WHERE project_id IS NOT NULL;
