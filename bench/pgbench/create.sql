\set p random(1, :projects)
\set pid :first_project + :p - 1
BEGIN;
UPDATE project_counter SET last_number = last_number + 1 WHERE project_id = :pid RETURNING last_number AS n, nextval('task_id_seq') AS i \gset
INSERT INTO task (id, public_id, account_id, project_id, number, key, title, description, status, priority, due_date, created_by, assignees, tag_ids, metadata, external_ids, client_visible, rank, comment_count, created_at, updated_at, version, event_seq) VALUES (:i, gen_random_uuid(), :account, :pid, :n, 'RAW' || (:pid)::text || '-' || (:n)::text, 'Новая заявка из замера', 'Создана под нагрузкой', 0, 3, '2027-03-01T12:00:00Z', :person, '[]', '[]', '{}', '{}', false, lpad(to_hex((:n)::bigint), 10, '0') || '80', 0, now(), now(), 1, 1);
INSERT INTO search_doc (task_id, comment_id, account_id, project_id, internal, words) VALUES (:i, 0, :account, :pid, false, search_words(:account, :pid, 'Новая заявка из замера', 'Создана под нагрузкой'));
INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, commit_id, occurred_at, payload) VALUES (gen_random_uuid(), :account, 'task', :i, 1, 'TaskCreated', 1, :person, 'request', gen_random_uuid(), now(), '{"changes":{},"snapshot":{"title":"Новая заявка из замера","description":"Создана под нагрузкой","status":"new","priority":"high","padding":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}}');
COMMIT;
