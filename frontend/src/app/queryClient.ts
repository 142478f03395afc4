import { notifyManager, QueryClient } from '@tanstack/react-query';
import { asProblem } from '../api/problem';
import { persister } from '../lib/offline';

// What is painted ahead of the answer is painted in the same frame: a box that was ticked does not blink.
notifyManager.setScheduler(queueMicrotask);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      // Asked also without a line: what was seen last answers then (lib/offline.ts).
      networkMode: 'always',
      refetchOnReconnect: true,
      persister,
      // What the server refused it will refuse again; a broken line may mend.
      retry: (count, error) => {
        const { status } = asProblem(error);
        return count < 2 && (status === 0 || status === 429 || status >= 500);
      },
      retryDelay: (count, error) => (asProblem(error).retryAfter ?? 0) * 1000 || Math.min(8000, 600 * 2 ** count),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
