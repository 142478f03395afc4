import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import * as api from './endpoints';
import { currentSession, subscribeSession } from './session';
import type { UserMe } from './types';

/** What many screens refer to: me, people, projects, tags, templates. */
export function useSession() {
  return useSyncExternalStore(subscribeSession, currentSession);
}
/** Only under the route guard: there somebody is signed in (the last one while leaving). */
let last: UserMe | null = null;
export function useMe(): UserMe {
  const session = useSession();
  if (session) last = session.user;
  if (!last) throw new Error('nobody is signed in');
  return last;
}
export function useProjects() {
  return useQuery({ queryKey: ['projects'], queryFn: () => api.projects.list(), staleTime: 60_000, select: (page) => page.items });
}
export function useTags() {
  return useQuery({ queryKey: ['tags'], queryFn: () => api.tags.list(), staleTime: 60_000, select: (page) => page.items });
}
export function useTemplates(enabled = true) {
  return useQuery({ queryKey: ['templates'], queryFn: () => api.templates.list(), staleTime: 60_000, enabled, select: (page) => page.items });
}
export function usePeople(q = '', options: { project?: number; enabled?: boolean } = {}) {
  const project = options.project;
  return useQuery({
    queryKey: ['people', { q, project }],
    queryFn: ({ signal }) => api.users.list({ q, project, limit: 50 }, signal),
    staleTime: 60_000,
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
    select: (page) => page.items.filter((p) => p.active !== false),
  });
}
/** Answers 403 for most people: then there is nothing to show. */
export function useIntegrations(enabled = true) {
  return useQuery({ queryKey: ['integrations'], queryFn: () => api.exchange.integrations(), staleTime: 300_000, retry: false, enabled, select: (page) => page.items });
}
