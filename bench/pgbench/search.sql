\set p random(1, :projects)
\set pid :first_project + :p - 1
SELECT task_id, ts_rank(words, q) FROM search_doc, (SELECT to_tsquery('russian', 'кальцинация') && CAST('''@p' || (:pid)::text || '''' AS tsquery) AS q) n WHERE words @@ q ORDER BY 2 DESC LIMIT 51;
