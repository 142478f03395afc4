import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import * as api from '../../../api/endpoints';
import { useMe, usePeople, useProjects, useTags } from '../../../api/refs';
import { useTaskRefs } from '../../../api/taskrefs';
import type { Project, TagRef, TaskRef, User } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';

export interface KnownHere {
  me: number;
  people: User[];
  tags: TagRef[];
  projects: Project[];
  tasks: TaskRef[];
  /** Of the tasks, what answers the words being typed. */
  offered: TaskRef[];
}
/** What was asked for by name: whom, which task in words or by number, which tasks by their keys. */
export interface Asked {
  who: string;
  which: string;
  keys: string[];
}

export const tasksQuery = (q: string) =>
  queryOptions({ queryKey: ['pick-task', q], queryFn: ({ signal }) => api.tasks.list({ q, limit: 20, sort: '-updated_at' }, signal), staleTime: 10_000 });

/** What the marks of a line may name. People and tasks beyond the first page are asked for by what was typed. */
export function useKnown(asked: Asked): KnownHere {
  const me = useMe();
  const first = usePeople();
  const name = useDebounced(asked.who, 150);
  const more = usePeople(name, { enabled: name.length > 0 });
  const task = useDebounced(asked.which, 150);
  const tasks = useQuery({ ...tasksQuery(task), enabled: task.length > 0, placeholderData: keepPreviousData, select: (page) => page.items });
  const refOf = useTaskRefs(asked.keys);
  const named = asked.keys.map(refOf).filter((ref) => ref != null);
  const tags = useTags().data;
  const projects = useProjects().data;
  // What was found once stays known while the field is open: of two names in a text the second, when
  // it is asked for, must not push out the first.
  const seen = useRef({ people: new Map<number, User>(), tasks: new Map<number, TaskRef>() });
  const signs = named.map((ref) => `${ref.id}.${ref.key}.${ref.status}.${ref.title}`).join();
  return useMemo(() => {
    const { people, tasks: known } = seen.current;
    for (const person of [...(first.data ?? []), ...(more.data ?? [])]) people.set(person.id, person);
    const offered = tasks.data ?? [];
    for (const one of [...named, ...offered]) known.set(one.id, one);
    return { me: me.id, people: [...people.values()], tags: tags ?? [], projects: projects ?? [], tasks: [...known.values()], offered };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `named` is new each time, its signs are not
  }, [first.data, more.data, me.id, tags, projects, tasks.data, signs]);
}
