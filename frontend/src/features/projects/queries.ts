import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { connection } from '../../api/connection';
import * as api from '../../api/endpoints';
import * as numbers from '../../api/overview';
import type { Query } from '../../api/client';
import { asProblem } from '../../api/problem';
import type { Id, Member, Membership, Page, PersonRef, Project } from '../../api/types';
import { showToast } from '../../lib/toasts';
import { useProblemText } from '../../ui/states';

export function useProjectList(q: string, archived: boolean) {
  return useInfiniteQuery({
    queryKey: ['projects', 'list', { q, archived }],
    queryFn: ({ pageParam }) => api.projects.list({ limit: 50, q: q || undefined, archived: archived || undefined, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Project>) => page.next_cursor,
    placeholderData: (before) => before,
  });
}
export function useProject(id: Id) {
  return useQuery({ queryKey: ['projects', 'one', id], queryFn: () => numbers.project(id) });
}
export function useOverview(id: Id, days: number) {
  return useQuery({ queryKey: ['projects', 'overview', id, days], queryFn: ({ signal }) => numbers.overview(id, days, signal), placeholderData: (before) => before });
}
/** What happened, newest first, page by page. */
export function useActivity(query: Query, enabled = true) {
  const client = useQueryClient();
  useEffect(() => {
    // Once for many changes: a feed may be a moment late.
    let timer: ReturnType<typeof setTimeout> | null = null;
    const off = connection.onFrame((frame) => {
      if (frame.type !== 'event' || timer) return;
      timer = setTimeout(() => {
        timer = null;
        void client.invalidateQueries({ queryKey: ['activity'] });
        void client.invalidateQueries({ queryKey: ['mentions'] });
      }, 1500);
    });
    return () => {
      off();
      if (timer) clearTimeout(timer);
    };
  }, [client]);
  return useInfiniteQuery({
    queryKey: ['activity', query],
    queryFn: ({ pageParam, signal }) => numbers.activity({ limit: 20, ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled,
    staleTime: 20_000,
    maxPages: 10,
  });
}
export function useMembers(id: Id) {
  return useQuery({ queryKey: ['projects', 'members', id], queryFn: () => api.projects.members(id), select: (page) => page.items });
}
/** People of the project's account, for choosing. */
export function useAccountPeople(account: Id, q: string, enabled: boolean) {
  return useQuery({
    queryKey: ['people', { account, q }],
    queryFn: ({ signal }) => api.users.list({ account, q: q || undefined, limit: 50 }, signal),
    enabled,
    staleTime: 60_000,
    placeholderData: (before) => before,
    select: (page) => page.items.filter((p) => p.active !== false),
  });
}

/** Sets or takes away somebody's place: shown at once, put back when refused. */
export function useSetMember(project: Id) {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const key = ['projects', 'members', project];
  return useMutation({
    mutationFn: ({ user, place }: { user: PersonRef; place: Membership | null }) => (place ? api.projects.setMember(project, user.id, place).then(() => undefined) : api.projects.removeMember(project, user.id)),
    onMutate: async ({ user, place }) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<Page<Member>>(key);
      client.setQueryData<Page<Member>>(key, (page) => {
        if (!page) return page;
        if (!place) return { ...page, items: page.items.filter((m) => m.user.id !== user.id) };
        const next: Member = { user, role: place.role, topic: place.topic ?? null, job_title: place.job_title ?? null };
        const held = page.items.some((m) => m.user.id === user.id);
        return { ...page, items: held ? page.items.map((m) => (m.user.id === user.id ? next : m)) : [...page.items, next] };
      });
      return { before };
    },
    onError: (error, _input, context) => {
      client.setQueryData(key, context?.before);
      showToast({ kind: 'error', text: t('project.member_failed'), detail: words(error), requestId: asProblem(error).requestId });
    },
    onSettled: () => void client.invalidateQueries({ queryKey: key }),
  });
}
