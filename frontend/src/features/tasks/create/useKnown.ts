import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import * as api from '../../../api/endpoints';
import { useMe, usePeople, useProjects, useTags } from '../../../api/refs';
import type { Project, TagRef, TaskRef, User } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';

export interface KnownHere {
  me: number;
  people: User[];
  tags: TagRef[];
  projects: Project[];
  tasks: TaskRef[];
}
/** What the marks of a line may name. People and tasks beyond the first page are asked for by what was typed. */
export function useKnown(who: string, which: string): KnownHere {
  const me = useMe();
  const first = usePeople();
  const name = useDebounced(who, 150);
  const more = usePeople(name, { enabled: name.length > 0 });
  const task = useDebounced(which, 150);
  const tasks = useQuery({
    queryKey: ['pick-task', task],
    queryFn: ({ signal }) => api.tasks.list({ q: task, limit: 20, sort: '-updated_at' }, signal),
    enabled: task.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    select: (page) => page.items,
  });
  const tags = useTags().data;
  const projects = useProjects().data;
  return useMemo(() => {
    const people = new Map([...(first.data ?? []), ...(more.data ?? [])].map((p) => [p.id, p]));
    return { me: me.id, people: [...people.values()], tags: tags ?? [], projects: projects ?? [], tasks: tasks.data ?? [] };
  }, [first.data, more.data, me.id, tags, projects, tasks.data]);
}
