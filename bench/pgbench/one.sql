\set i random(:first, :last)
SELECT * FROM task t WHERE t.id = :i;
