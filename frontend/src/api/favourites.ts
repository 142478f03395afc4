import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { del, get, put } from './client';
import type { Id, Page, Status } from './types';

/** Things a person keeps at hand, in their own order. */
export type FavouriteKind = 'task' | 'project' | 'view';
export interface Favourite {
  kind: FavouriteKind;
  id: Id;
  title: string;
  key: string | null;
  status: Status | null;
}
const KEY = ['favourites'];

export function useFavourites() {
  return useQuery({ queryKey: KEY, queryFn: () => get<Page<Favourite>>('/favourites'), staleTime: 60_000, select: (page) => page.items });
}
/** Adds, moves (`before`) or takes away: shown at once, put back when refused. */
export function useSetFavourite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ thing, on, before }: { thing: Favourite; on: boolean; before?: Favourite }) =>
      on ? put<unknown>(`/favourites/${thing.kind}/${thing.id}`, before ? { before: { kind: before.kind, id: before.id } } : undefined) : del<unknown>(`/favourites/${thing.kind}/${thing.id}`),
    onMutate: async ({ thing, on, before }) => {
      await client.cancelQueries({ queryKey: KEY });
      const old = client.getQueryData<Page<Favourite>>(KEY);
      client.setQueryData<Page<Favourite>>(KEY, (page) => {
        const rest = (page?.items ?? []).filter((f) => f.kind !== thing.kind || f.id !== thing.id);
        const place = before ? rest.findIndex((f) => f.kind === before.kind && f.id === before.id) : rest.length;
        if (on) rest.splice(place < 0 ? rest.length : place, 0, thing);
        return { next_cursor: null, ...page, items: rest };
      });
      return { old };
    },
    onError: (_error, _input, context) => client.setQueryData(KEY, context?.old),
    onSettled: () => void client.invalidateQueries({ queryKey: KEY }),
  });
}
