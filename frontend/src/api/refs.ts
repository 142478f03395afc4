import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import * as api from './endpoints';
import { currentSession, subscribeSession } from './session';
import type { User, UserMe } from './types';

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
/** The same questions for what asks once, without a screen that follows the answer. */
export const projectsQuery = () => queryOptions({ queryKey: ['projects'], queryFn: () => api.projects.list(), staleTime: 60_000 });
export const tagsQuery = () => queryOptions({ queryKey: ['tags'], queryFn: () => api.tags.list(), staleTime: 60_000 });
export const peopleQuery = (q = '', project?: number) =>
  queryOptions({ queryKey: ['people', { q, project }], queryFn: ({ signal }) => api.users.list({ q, project, limit: 50 }, signal), staleTime: 60_000 });
export const isActive = (person: User): boolean => person.active !== false;

export function useProjects() {
  return useQuery({ ...projectsQuery(), select: (page) => page.items });
}
export function useTags() {
  return useQuery({ ...tagsQuery(), select: (page) => page.items });
}
export function useTemplates(enabled = true) {
  return useQuery({ queryKey: ['templates'], queryFn: () => api.templates.list(), staleTime: 60_000, enabled, select: (page) => page.items });
}
export function usePeople(q = '', options: { project?: number; enabled?: boolean } = {}) {
  return useQuery({ ...peopleQuery(q, options.project), enabled: options.enabled ?? true, placeholderData: keepPreviousData, select: (page) => page.items.filter(isActive) });
}
/** Answers 403 for most people: then there is nothing to show. */
export function useIntegrations(enabled = true) {
  return useQuery({ queryKey: ['integrations'], queryFn: () => api.exchange.integrations(), staleTime: 300_000, retry: false, enabled, select: (page) => page.items });
}
