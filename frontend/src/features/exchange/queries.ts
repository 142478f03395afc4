import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import { useIntegrations, useSession } from '../../api/refs';
import type { Conflict, DeadLetter, Page } from '../../api/types';

export function useConflicts(state: string) {
  return useInfiniteQuery({ queryKey: ['conflicts', state], queryFn: ({ pageParam }) => api.exchange.conflicts(state, pageParam), initialPageParam: null as string | null, getNextPageParam: (p: Page<Conflict>) => p.next_cursor, refetchInterval: 30_000 });
}
export function useDeadLetters(state: string) {
  return useInfiniteQuery({ queryKey: ['dead-letters', state], queryFn: ({ pageParam }) => api.exchange.deadLetters(state, pageParam), initialPageParam: null as string | null, getNextPageParam: (p: Page<DeadLetter>) => p.next_cursor, refetchInterval: 30_000 });
}
/** Whether there is an exchange to show. The server decides; those it always refuses are not asked for. */
export function useExchangeAllowed(): boolean {
  const role = useSession()?.user.role;
  const asked = role === 'admin' || role === 'manager';
  const found = useIntegrations(asked);
  return asked && (found.data?.length ?? 0) > 0;
}
export function useExchangeLine(enabled = true) {
  return useQuery({ queryKey: ['exchange-status'], queryFn: () => api.exchange.status(), enabled, refetchInterval: 60_000, staleTime: 20_000, retry: false });
}
