\set i random(:first, :last)
\set s random(1, 3)
BEGIN;
UPDATE task SET status = :s, version = version + 1, event_seq = event_seq + 1, updated_at = now() WHERE id = :i RETURNING event_seq AS q \gset
INSERT INTO event (id, account_id, aggregate_type, aggregate_id, event_seq, type, schema_version, actor_id, cause_kind, commit_id, occurred_at, payload) VALUES (gen_random_uuid(), :account, 'task', :i, :q, 'TaskStatusChanged', 1, :person, 'request', gen_random_uuid(), now(), '{"changes":{"status":{"from":"new","to":"waiting"}},"snapshot":{"title":"Заявка","status":"waiting","padding":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}}');
COMMIT;
