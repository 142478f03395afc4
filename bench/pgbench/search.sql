\set p random(1, :projects)
\set pid :first_project + :p - 1
SELECT task_id, ts_rank(words, q) FROM search_doc, to_tsquery('russian', 'кальцинация') q WHERE words @@ q AND project_id = :pid ORDER BY 2 DESC LIMIT 51;
