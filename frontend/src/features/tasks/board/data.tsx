import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../../api/client';
import * as api from '../../../api/endpoints';
import { useMe, usePeople } from '../../../api/refs';
import type { Priority, TaskRow } from '../../../api/types';
import { createStore, keptStore, useStore } from '../../../lib/store';
import { useMedia, usePhone } from '../../../lib/hooks';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { IconUserOff } from '@tabler/icons-react';
import { isEnded, listOf, type TaskSearch } from '../filters';
import { ownerOf } from '../model';
import { keys, useTaskCounts } from '../queries';
import { byHand, compareRank, groupOf, type GroupBy, hiddenByOpen, type LaneBy, mostUrgentFirst, statusColumns, valueIn } from './order';

export interface BoardColumn {
  value: string;
  title: string;
  icon: ReactNode;
  rows: TaskRow[];
  count: number | null;
  folded: boolean;
  /** The condition "open only" keeps its tasks out. */
  hidden: boolean;
  pending: boolean;
  error: unknown;
  hasMore: boolean;
  more(): void;
  retry(): void;
}
export interface Lane {
  value: string;
  title: string;
  icon: ReactNode;
  count: number;
}

/** Ranks that are painted before the server has said them. */
export const placing = createStore<Readonly<Record<number, string>>>({});
/** Columns a person has folded (true) or opened (false) themselves; the rest follow the width. */
export const folds = keptStore<Record<string, boolean>>('tt.board.folds', {});

/** As many columns as a board can have: a hook for each, because hooks can't be counted. */
const MOST = 12;
const PAGE = 50;

function useList(query: Query | undefined) {
  const asked = query ?? { none: true };
  return useInfiniteQuery({
    queryKey: keys.list(asked),
    queryFn: ({ pageParam, signal }) => api.tasks.list({ ...asked, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: query !== undefined,
    placeholderData: (before) => (query ? before : undefined),
  });
}
function useLists(q: (Query | undefined)[]) {
  return [useList(q[0]), useList(q[1]), useList(q[2]), useList(q[3]), useList(q[4]), useList(q[5]), useList(q[6]), useList(q[7]), useList(q[8]), useList(q[9]), useList(q[10]), useList(q[11])];
}

/** Which columns there are, before any card is known. */
function useHeads(search: TaskSearch, query: Query, by: GroupBy) {
  const { t } = useTranslation();
  const me = useMe().id;
  const counts = useTaskCounts(query, by);
  const people = usePeople('', { enabled: by === 'assignee' });
  const heads = useMemo(() => {
    const count = (value: string) => counts.data?.find((c) => c.value === value)?.count ?? (counts.data ? 0 : null);
    if (by === 'status')
      return statusColumns(search).map((s) => ({ value: s as string, title: t(`status.${s}`), icon: <StatusIcon status={s} />, count: hiddenByOpen(search, s) ? null : count(s) }));
    if (by === 'priority') {
      const wanted = listOf(search.priority);
      return mostUrgentFirst.filter((p) => wanted.length === 0 || wanted.includes(p)).map((p) => ({ value: p as string, title: t(`priority.${p}`), icon: <PriorityIcon priority={p} />, count: count(p) }));
    }
    // Colleagues of those whom the condition names come along in the counts; they get no column.
    const wanted = listOf(search.assignee).map((v) => (v === 'me' ? String(me) : v));
    const asked = (value: string) => wanted.length === 0 || wanted.includes(value);
    const busy = [...(counts.data ?? [])].filter((c) => c.value !== 'none' && asked(c.value)).sort((a, b) => b.count - a.count).slice(0, MOST - 1);
    const columns = busy.map((c) => {
      const person = people.data?.find((p) => String(p.id) === c.value);
      return { value: c.value, title: c.label, icon: <Avatar person={person ?? { name: c.label, avatar_color: 'var(--text-3)' }} size={18} />, count: c.count };
    });
    if (!asked('none')) return columns;
    return [{ value: 'none', title: t('field.nobody'), icon: <IconUserOff size={16} stroke={1.5} aria-hidden="true" />, count: count('none') }, ...columns];
  }, [by, counts.data, people.data, search, me, t]);
  return { heads, pending: counts.isPending, error: counts.isError && !counts.data ? counts.error : null, retry: () => void counts.refetch() };
}

export function useBoard(search: TaskSearch, query: Query) {
  const by = groupOf(search);
  const wide = useMedia('(min-width: 1280px)');
  const phone = usePhone();
  const chosen = useStore(folds);
  const placed = useStore(placing);
  const { heads, pending, error, retry } = useHeads(search, query, by);
  const folded = (value: string) => {
    if (phone) return false;
    const kept = chosen[`${by}.${value}`];
    if (kept !== undefined) return kept;
    return by === 'status' && isEnded(value) && (!wide || hiddenByOpen(search, value));
  };
  const hand = byHand(search);
  const asked = heads.map((head) => {
    if (folded(head.value) || (by === 'status' && hiddenByOpen(search, head.value))) return undefined;
    const { open, ...rest } = query;
    return { ...rest, ...(by === 'status' ? {} : { open }), limit: PAGE, sort: hand ? '-rank' : query.sort, [by]: head.value };
  });
  const lists = useLists(asked);

  const values = heads.map((h) => h.value).join();
  const pages = lists.map((list) => list.data);
  const byColumn = useMemo(() => {
    // A card is where its own values say, whichever list it came with: moves show at once, others' too.
    const rows = new Map<number, TaskRow>();
    for (const data of pages) {
      for (const page of data?.pages ?? []) {
        for (const row of page.items) {
          const known = rows.get(row.id);
          if (!known || known.version < row.version) rows.set(row.id, row);
        }
      }
    }
    const columns: Record<string, TaskRow[]> = Object.fromEntries(values.split(',').map((value) => [value, []]));
    for (const row of rows.values()) columns[valueIn(row, by)]?.push(placed[row.id] === undefined ? row : { ...row, rank: placed[row.id]! });
    if (hand) for (const list of Object.values(columns)) list.sort(compareRank);
    return columns;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the pages one by one, their array is new each time
  }, [...pages, values, by, placed, hand]);

  const columns: BoardColumn[] = heads.map((head, i) => {
    const list = lists[i]!;
    const rows = byColumn[head.value] ?? [];
    const own = list.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
    const whole = asked[i] !== undefined && list.data !== undefined && !list.hasNextPage;
    return {
      ...head,
      rows,
      // What came and went by hand since the counts were asked for counts at once.
      count: whole ? rows.length : head.count === null ? (rows.length > 0 ? rows.length : null) : Math.max(rows.length, head.count + rows.length - own),
      folded: folded(head.value),
      hidden: by === 'status' && hiddenByOpen(search, head.value),
      pending: asked[i] !== undefined && list.isPending,
      error: list.isError && !list.data ? list.error : null,
      hasMore: list.hasNextPage && !list.isFetchingNextPage,
      more: () => void list.fetchNextPage(),
      retry: () => void list.refetch(),
    };
  });
  return { by, hand, columns, pending, error, retry };
}

/** The lanes that the loaded cards make, in an order that stays. */
export function useLanes(columns: BoardColumn[], by: LaneBy | null): Lane[] | null {
  const { t } = useTranslation();
  return useMemo(() => {
    if (!by) return null;
    const found = new Map<string, { row: TaskRow; count: number }>();
    for (const column of columns) {
      for (const row of column.rows) {
        const value = valueIn(row, by);
        const lane = found.get(value);
        if (lane) lane.count++;
        else found.set(value, { row, count: 1 });
      }
    }
    const lanes = [...found].map(([value, { row, count }]): Lane => {
      if (by === 'priority') return { value, count, title: t(`priority.${value as Priority}`), icon: <PriorityIcon priority={value as Priority} /> };
      if (by === 'project') return { value, count, title: row.project.name, icon: <ProjectMark project={row.project} /> };
      const owner = ownerOf(row);
      return { value, count, title: owner?.name ?? t('field.nobody'), icon: owner ? <Avatar person={owner} size={18} /> : <IconUserOff size={16} stroke={1.5} aria-hidden="true" /> };
    });
    const place = (lane: Lane) => (by === 'priority' ? mostUrgentFirst.indexOf(lane.value as Priority) : lane.value === 'none' ? 1 : 0);
    return lanes.sort((a, b) => place(a) - place(b) || a.title.localeCompare(b.title));
  }, [columns, by, t]);
}
