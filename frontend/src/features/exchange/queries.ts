import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import type { Conflict, DeadLetter, Page } from '../../api/types';

export function useConflicts(state: string) {
  return useInfiniteQuery({ queryKey: ['conflicts', state], queryFn: ({ pageParam }) => api.exchange.conflicts(state, pageParam), initialPageParam: null as string | null, getNextPageParam: (p: Page<Conflict>) => p.next_cursor, refetchInterval: 30_000 });
}
export function useDeadLetters(state: string) {
  return useInfiniteQuery({ queryKey: ['dead-letters', state], queryFn: ({ pageParam }) => api.exchange.deadLetters(state, pageParam), initialPageParam: null as string | null, getNextPageParam: (p: Page<DeadLetter>) => p.next_cursor, refetchInterval: 30_000 });
}
export function useExchangeLine() {
  return useQuery({ queryKey: ['exchange-status'], queryFn: () => api.exchange.status(), refetchInterval: 20_000, retry: false });
}
