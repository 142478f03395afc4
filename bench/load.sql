-- Loads {count} projects of {size} tasks each, numbered from {from_number}, as the application would have stored them, but for their events.
-- Of each ten: seven new, one in progress, one done, one closed. One in 500 holds the rare word. Three tags and an owner on some.
INSERT INTO project (public_id, account_id, key, name, description, manager_id, created_at, updated_at, version, event_seq)
SELECT gen_random_uuid(), {account}, 'B' || lpad(p::text, 4, '0'), 'Замер ' || p, '', {person}, now(), now(), 1, 1 FROM generate_series({from_number}, {from_number} + {count} - 1) p;
INSERT INTO project_counter (project_id, last_number)
SELECT id, {size} FROM project WHERE account_id = {account} AND key BETWEEN 'B' || lpad(({from_number})::text, 4, '0') AND 'B' || lpad(({from_number} + {count} - 1)::text, 4, '0');
INSERT INTO task (public_id, account_id, project_id, number, key, title, description, status, priority, due_date, created_by, supervisor_id, assignees, tag_ids, metadata, external_ids,
                  client_visible, rank, comment_count, created_at, updated_at, version, event_seq)
SELECT gen_random_uuid(), {account}, p.id, n, p.key || '-' || n,
       w.words[1 + (n * 7) % 12] || ' ' || w.words[1 + (n * 5 + 3) % 12] || ' № ' || n || CASE WHEN n % 500 = 0 THEN ' кальцинация' ELSE '' END,
       repeat('Проверить ' || w.words[1 + (n * 11) % 12] || ' и ' || w.words[1 + (n * 13 + 1) % 12] || ' до конца месяца. Check the printing form and the stock report. ', 3),
       (ARRAY[0,0,0,0,0,0,0,1,4,5])[1 + (n - 1) % 10], 1 + n % 4,
       CASE WHEN n % 5 < 4 THEN now() + ((n * 7919) % 8640 - 4320) * interval '10 minutes' END,
       {person}, CASE WHEN n % 3 = 0 THEN {person} END,
       CASE WHEN n % 2 = 0 THEN jsonb_build_array(jsonb_build_object('user', {worker}, 'role', 'owner', 'by', {person}, 'at', '2026-01-01T00:00:00Z')) ELSE '[]' END,
       CASE WHEN n % 4 = 0 THEN {tags} ELSE '[]' END, '{{}}', '{{}}', false, lpad(to_hex(n), 10, '0') || '80', 0,
       now() - n * interval '1 minute', now() - n * interval '1 minute', 1, 1
FROM project p CROSS JOIN generate_series(1, {size}) n
CROSS JOIN (SELECT ARRAY['отчёт','склад','счёт','накладная','сверка','ведомость','зарплата','касса','обмен','номенклатура','invoice','report'] AS words) w
WHERE p.account_id = {account} AND p.key BETWEEN 'B' || lpad(({from_number})::text, 4, '0') AND 'B' || lpad(({from_number} + {count} - 1)::text, 4, '0')
ORDER BY p.id, n;
INSERT INTO task_assignee (task_id, user_id, account_id, role, assigned_by, assigned_at)
SELECT t.id, {worker}, t.account_id, 'owner', {person}, '2026-01-01T00:00:00Z' FROM task t JOIN project p ON p.id = t.project_id
WHERE t.number % 2 = 0 AND p.key BETWEEN 'B' || lpad(({from_number})::text, 4, '0') AND 'B' || lpad(({from_number} + {count} - 1)::text, 4, '0');
INSERT INTO task_tag (task_id, tag_id, account_id)
SELECT t.id, g.tag::bigint, t.account_id FROM task t JOIN project p ON p.id = t.project_id CROSS JOIN jsonb_array_elements_text({tags}) g(tag)
WHERE t.number % 4 = 0 AND p.key BETWEEN 'B' || lpad(({from_number})::text, 4, '0') AND 'B' || lpad(({from_number} + {count} - 1)::text, 4, '0');
INSERT INTO search_doc (task_id, comment_id, account_id, project_id, internal, words)
SELECT t.id, 0, t.account_id, t.project_id, false, {words}
FROM task t JOIN project p ON p.id = t.project_id
WHERE p.account_id = {account} AND p.key BETWEEN 'B' || lpad(({from_number})::text, 4, '0') AND 'B' || lpad(({from_number} + {count} - 1)::text, 4, '0');
