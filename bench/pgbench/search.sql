\set p random(1, :projects)
SELECT task_id, ts_rank(words, q) FROM search_doc, to_tsquery('russian', 'кальцинация') q WHERE words @@ q AND project_id = :first_project + :p - 1 ORDER BY 2 DESC LIMIT 51;
