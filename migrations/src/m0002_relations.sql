-- How tasks stand to each other. One row for both ends: "blocks" and "duplicates" go from one to the other, of "relates" the lower id is
-- from_id.
CREATE TABLE task_relation (
  id {pk},
  account_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('blocks','relates','duplicates')),
  from_id bigint NOT NULL,
  to_id bigint NOT NULL CHECK (to_id <> from_id),
  created_by bigint NOT NULL REFERENCES users (id),
  created_at {ts} NOT NULL,
  FOREIGN KEY (account_id, from_id) REFERENCES task (account_id, id) ON DELETE CASCADE,
  FOREIGN KEY (account_id, to_id) REFERENCES task (account_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX task_relation_from ON task_relation (from_id, kind, to_id);
CREATE INDEX task_relation_to ON task_relation (to_id, kind, from_id);

-- Who wants to know of a task without working on it.
CREATE TABLE task_watcher (
  task_id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES users (id),
  account_id bigint NOT NULL,
  created_at {ts} NOT NULL,
  PRIMARY KEY (task_id, user_id),
  FOREIGN KEY (account_id, task_id) REFERENCES task (account_id, id) ON DELETE CASCADE
);
CREATE INDEX task_watcher_user ON task_watcher (user_id, task_id);

-- What one person changed in one go, to take it back. Only tasks, only people: what the ERP sends is not taken back so.
CREATE INDEX event_commit ON event (commit_id) WHERE aggregate_type = 'task' AND actor_id IS NOT NULL;

-- A repeated request is answered with the commit of the first.
ALTER TABLE idempotency ADD COLUMN commit_id {uuid};
