import { useNavigate, useRouter } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../../api/client';
import type { GroupCount } from '../../../api/lists';
import { useMe } from '../../../api/refs';
import type { TaskRow } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { dayOf } from '../../../lib/dates';
import { usePhone } from '../../../lib/hooks';
import { type Density, density, ROW_HEIGHT } from '../../../lib/prefs';
import { keptStore, useStore } from '../../../lib/store';
import { Button } from '../../../ui/Button';
import { Bone, ErrorState, useProblemText } from '../../../ui/states';
import { waiting as waitingStore } from '../change';
import { openCreate } from '../create/store';
import { DEFAULT_SORT, groupDefaults, groupQuery, isEnded, listOf, type Column, withMember } from '../filters';
import { marks as marksStore } from '../live';
import { useTaskItems } from '../menu/items';
import { openTaskMenu } from '../menu/store';
import { useTaskMenu } from '../menu/useTaskMenu';
import { useTaskCounts } from '../queries';
import { BulkBar } from './BulkBar';
import { columnPrefs, columnsOf, fitting, moved, template, writeColumns } from './columns';
import { GroupHead } from './GroupHead';
import { Head } from './Head';
import { buildItems, type Group, type Item, partOfChildren, partOfGroup, sortGroups, WHOLE } from './items';
import type { LayoutProps } from './layout';
import { ListSkeleton } from './ListSkeleton';
import { Row, type RowHandlers } from './Row';
import { useSource, type Wanted } from './source';
import { useRows } from './useRows';

/** What the frame says about the list at its foot, and when it is empty. */
export interface ListState {
  count: number | null;
  selected: number;
  stale: boolean;
  empty: boolean;
}
interface Props extends LayoutProps {
  /** Said at the foot of the page. */
  onState(state: ListState): void;
  empty: React.ReactNode;
}

/** Which groups are folded, on this device: everything as it was left. */
const folds = keptStore<Record<string, boolean>>('tt.folds', {});
const HEAD: Record<Density, number> = { compact: 28, default: 32, comfortable: 36 };
const PHONE_ROW = 84;
const THEAD = 28;
const NO_GROUPS: GroupCount[] = [];

/** The dense table: groups, rows and their sub-tasks in one virtual list with a keyboard cursor. */
export function TaskTable({ search, setSearch, query, onState, empty }: Props) {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const navigate = useNavigate();
  const router = useRouter();
  const spacing = useStore(density);
  const waiting = useStore(waitingStore);
  const marks = useStore(marksStore);
  const folded = useStore(folds);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [near, setNear] = useState<ReadonlySet<string>>(new Set());
  const [pulled, setPulled] = useState<Partial<Record<Column, number>>>({});
  const scroller = useRef<HTMLDivElement>(null);
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);

  const base = useMemo<Query>(() => (search.sub === 'fold' ? { ...query, parent: 'none' } : query), [query, search.sub]);
  const by = search.group;
  // A task of two people stands in two groups: how many there are in all the statuses say.
  const counts = useTaskCounts(base, by === 'assignee' ? 'assignee,status' : (by ?? 'status'), by !== undefined);
  const today = dayOf(new Date().toISOString(), me.time_zone);
  const groups = useMemo<Group[] | null>(() => {
    if (!by) return null;
    const people = by === 'assignee' ? listOf(search.assignee).map((v) => (v === 'me' ? String(me.id) : v)) : [];
    const found = (counts.data ?? NO_GROUPS).filter((g) => g.group === by && g.count > 0 && (people.length === 0 || people.includes(g.value)));
    const anyOpen = found.some((g) => !isEnded(g.value));
    return sortGroups(by, found, me.id, i18n.language).flatMap((g) => {
      const own = groupQuery(base, by, g.value, today);
      if (!own) return [];
      return [{ by, value: g.value, label: g.label, count: g.count, query: own, folded: folded[`${by}:${g.value}`] ?? (by === 'status' && anyOpen && isEnded(g.value)) }];
    });
  }, [by, counts.data, base, today, folded, me.id, i18n.language, search.assignee]);

  const wanted = useMemo<Wanted[]>(() => {
    const parts: Wanted[] = groups ? groups.filter((g) => !g.folded && near.has(partOfGroup(g))).map((g) => ({ key: partOfGroup(g), query: g.query })) : [{ key: WHOLE, query: base, count: true }];
    for (const id of open) parts.push({ key: partOfChildren(id), query: { limit: 100, sort: 'rank', parent: String(id), ...(query.archived ? { archived: query.archived } : {}) } });
    return parts;
  }, [groups, near, base, open, query.archived]);
  const { source, parts } = useSource(wanted);
  const items = useMemo(() => buildItems({ groups, parts, open }), [groups, parts, open]);
  const { cursor, setCursor, index, rows, selected, chosen, select, clear, all } = useRows(items);

  // Heads and rows have fixed heights; only on a phone titles of two lines make a difference.
  const rowHeight = phone ? PHONE_ROW : ROW_HEIGHT[spacing];
  const headHeight = phone ? 36 : HEAD[spacing];
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (items[i]?.kind === 'group' ? headHeight : rowHeight),
    overscan: 10,
    scrollMargin: 0,
    scrollPaddingStart: THEAD + (groups ? headHeight : 0) + 4,
    scrollPaddingEnd: 8,
    // The same while the rows are: the places of ten thousand rows are not reckoned anew for each key.
    getItemKey: useCallback((i: number) => items[i]?.key ?? i, [items]),
  });
  const { measure } = virtual;
  useLayoutEffect(() => measure(), [measure, rowHeight, headHeight]);
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? -1;

  // What comes near is fetched; what is on the screen is what will be asked again after a change.
  useEffect(() => {
    const seen = new Map<string, [number, number]>();
    const heads: string[] = [];
    for (let i = first; i <= last && i < items.length; i++) {
      const item = items[i]!;
      if (item.kind === 'group') {
        if (!item.group.folded) heads.push(item.key);
        continue;
      }
      if (item.kind === 'error') continue;
      const span = seen.get(item.part);
      if (span) span[1] = item.place;
      else seen.set(item.part, [item.place, item.place]);
    }
    for (const [part, [from, to]] of seen) source.see(part, from, to);
    const fresh = [...heads, ...seen.keys()].filter((part) => part.includes(':') && !part.startsWith('of:') && !near.has(part));
    if (fresh.length > 0) setNear((now) => new Set([...now, ...fresh]));
  }, [first, last, items, source, near]);

  // Rows that come or go above leave those on the screen where they are.
  const anchor = useRef<{ key: string; from: number } | null>(null);
  useLayoutEffect(() => {
    const el = scroller.current;
    const held = anchor.current;
    if (!el || !held || el.scrollTop < 1) return;
    const at = items.findIndex((item) => item.key === held.key);
    if (at < 0) return;
    const start = virtual.getOffsetForIndex(at, 'start')?.[0];
    const real = start === undefined ? undefined : virtual.measurementsCache[at]?.start;
    if (real !== undefined && Math.abs(real - held.from - el.scrollTop) > 1) el.scrollTop = real - held.from;
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the rows are others
  }, [items]);
  useLayoutEffect(() => {
    // As the virtual list knows it: to ask the element here would have the page laid out once more on every frame of a scroll.
    const offset = virtual.scrollOffset ?? 0;
    const top = shown.find((v) => v.start >= offset && items[v.index]?.kind === 'row');
    anchor.current = top ? { key: String(top.key), from: top.start - offset } : null;
  });
  // Other conditions are another list: it begins at its beginning.
  const shape = JSON.stringify([query, by, search.sub]);
  const before = useRef(shape);
  useLayoutEffect(() => {
    if (before.current === shape) return;
    before.current = shape;
    anchor.current = null;
    scroller.current?.scrollTo(0, 0);
  }, [shape]);

  // Columns
  const prefs = useStore(columnPrefs);
  const room = useWidth(frame);
  const asked = columnsOf(search, prefs);
  const oneProject = listOf(search.project).length === 1;
  const columns = useMemo(() => {
    if (search.cols) return asked;
    return fitting(oneProject ? asked.filter((c) => c !== 'project') : asked, prefs.widths, room);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `asked` is made of these
  }, [search.cols, prefs, room, oneProject]);
  const widths = { ...prefs.widths, ...pulled };
  const setColumns = (cols: Column[]) => {
    columnPrefs.set((now) => ({ ...now, cols }));
    setSearch(withMember(search, 'cols', writeColumns(cols)), true);
  };

  // Numbers for the frame
  const part = parts.get(WHOLE);
  const sum = (list: GroupCount[] | undefined) => list?.reduce((n, g) => n + g.count, 0) ?? null;
  const count = groups ? sum(counts.data?.filter((g) => g.group === (by === 'assignee' ? 'status' : by))) : part && !part.more && !part.pending ? part.rows.length : (part?.total ?? null);
  const pending = groups ? counts.isPending : !part || part.pending;
  const failure = groups ? (counts.data ? null : counts.error) : part && part.rows.length === 0 ? part.error : null;
  const isEmpty = !pending && !failure && items.length === 0;
  const stale = [...parts.values()].some((p) => p.stale);
  useEffect(() => onState({ count, selected: chosen.length, stale, empty: isEmpty }), [onState, count, chosen.length, stale, isEmpty]);

  const focusItem = useCallback((key: string) => {
    requestAnimationFrame(() => {
      const root = scroller.current;
      const el = root?.querySelector<HTMLElement>(`[data-path="${CSS.escape(key)}"]`) ?? root?.querySelector<HTMLElement>(`[data-group="${CSS.escape(key)}"] .tgroup-fold`);
      el?.focus({ preventScroll: true });
    });
  }, []);
  const go = (to: number, step: number) => {
    let at = Math.max(0, Math.min(items.length - 1, to));
    // Bones and errors are no place for a cursor.
    while (items[at] && items[at]!.kind !== 'row' && items[at]!.kind !== 'group') at += step;
    const item = items[at];
    if (!item) return;
    setCursor(item.key);
    virtual.scrollToIndex(at);
    focusItem(item.key);
    if (search.peek && item.kind === 'row') peekSoon(item.row.key);
  };
  // The panel follows the cursor, but not every row it runs over.
  const peekTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const peekSoon = (key: string) => {
    clearTimeout(peekTimer.current);
    peekTimer.current = setTimeout(() => setSearch({ ...search, peek: key }, true), 120);
  };
  useEffect(() => () => clearTimeout(peekTimer.current), [search]);

  const fold = useCallback((group: Group) => folds.set((now) => ({ ...now, [partOfGroup(group)]: !group.folded })), []);
  const unfold = useCallback((row: TaskRow) => {
    setOpen((now) => {
      const next = new Set(now);
      if (!next.delete(row.id)) next.add(row.id);
      return next;
    });
  }, []);
  const add = useCallback((group: Group) => openCreate({ ...(oneProject ? { project_id: Number(search.project) } : {}), ...groupDefaults(group.by, group.value, today) } as Parameters<typeof openCreate>[0], 'view'), [oneProject, search.project, today]);
  const peeking = search.peek;
  const latest = useRef({ search, setSearch });
  latest.current = { search, setSearch };
  const on = useMemo<RowHandlers>(
    () => ({
      select,
      focus: setCursor,
      menu: (row, at, page) => openTaskMenu([row], at, page),
      near: (row) => void router.preloadRoute({ to: '/tasks/$key', params: { key: row.key } }).catch(() => undefined),
      fold: unfold,
      open: (row) => (peeking ? latest.current.setSearch({ ...latest.current.search, peek: row.key }, true) : void navigate({ to: '/tasks/$key', params: { key: row.key } })),
    }),
    [select, setCursor, router, unfold, peeking, navigate],
  );

  const at = items[index];
  const current = at?.kind === 'row' ? at.row : undefined;
  const bulk = chosen.length > 0;
  const rowEl = () => scroller.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(cursor ?? '')}"]`) ?? scroller.current!;
  const doable = useTaskItems();
  const menu = useTaskMenu((id) => (chosen.some((row) => row.id === id) ? chosen : rows.filter((row) => row.id === id)));
  const byKey = { key: current?.key ?? '' };
  useCommands([
    { id: 'list.down', run: () => go(index + 1, 1) },
    { id: 'list.up', run: () => go(index < 0 ? 0 : index - 1, -1) },
    { id: 'list.down2', title: 'list.cmd_down', group: 'list', keys: 'ArrowDown', quiet: true, run: () => go(index + 1, 1) },
    { id: 'list.up2', title: 'list.cmd_up', group: 'list', keys: 'ArrowUp', quiet: true, run: () => go(index < 0 ? 0 : index - 1, -1) },
    { id: 'list.all', run: all },
    ...(at ? [
      { id: 'list.fold', title: 'list.cmd_fold', group: 'list' as const, keys: 'ArrowLeft', quiet: true, run: () => {
        if (at.kind === 'group') return at.group.folded ? undefined : fold(at.group);
        if (current && open.has(current.id)) return unfold(current);
        const parent = at.kind === 'row' ? at.parent : null;
        if (parent) go(items.findIndex((item) => item.key === parent), -1);
      } },
      { id: 'list.unfold', title: 'list.cmd_unfold', group: 'list' as const, keys: 'ArrowRight', quiet: true, run: () => {
        if (at.kind === 'group' && at.group.folded) fold(at.group);
        else if (current && current.children.total > 0 && !open.has(current.id)) unfold(current);
      } },
    ] : []),
    ...(current
      ? [
          { id: 'list.open', titleArgs: byKey, title: 'list.cmd_open', run: () => on.open(current) },
          { id: 'list.peek', title: 'list.cmd_peek', titleArgs: byKey, group: 'task' as const, keys: 'Space', run: () => {
            const el = document.activeElement;
            // On a button or a box the space bar presses it, as everywhere.
            if (el instanceof HTMLElement && el.matches('button, input, a')) el.click();
            else setSearch(withMember(search, 'peek', peeking === current.key ? undefined : current.key), Boolean(peeking));
          } },
          { id: 'list.select', title: 'list.cmd_select', titleArgs: byKey, run: () => select(at!.key, current, false) },
          { id: 'list.range', run: () => select(at!.key, current, true) },
          { id: 'list.menu', run: () => openTaskMenu(bulk ? chosen : [current], rowEl()) },
        ]
      : []),
    // What can be done with the row under the cursor; with a selection the bar below says it.
    ...(current && !bulk
      ? doable([current])
          .filter((item) => item.id !== 'list.open')
          .map((item) => ({ id: item.id, titleArgs: byKey, run: () => (item.page ? openTaskMenu([current], rowEl(), item.page) : item.run?.()) }))
      : []),
  ]);

  if (failure) return <ErrorState title={t('list.failed')} error={failure} onRetry={() => void (groups ? counts.refetch() : source.retry())} />;
  if (isEmpty) return <>{empty}</>;

  const top = sticky(items, shown.find((v) => v.end > (virtual.scrollOffset ?? 0) + headHeight / 2)?.index);
  return (
    <>
      <div
        ref={(el) => {
          scroller.current = el;
          setFrame(el);
        }}
        className={`tasks ${bulk ? 'any-selected' : ''} ${pending ? 'tasks-pending' : ''}`}
        {...menu}
      >
        {pending ? (
          <ListSkeleton />
        ) : (
          <div className="tgrid" style={{ '--cols': template(columns, widths) } as React.CSSProperties} role="treegrid" aria-label={t('list.name')} aria-rowcount={items.length + 1} aria-multiselectable="true">
            <div role="rowgroup" style={{ display: 'contents' }}>
              <Head
                sort={search.sort}
                onSort={(sort) => setSearch(withMember(search, 'sort', sort === DEFAULT_SORT ? undefined : sort))}
                columns={columns}
                widths={widths}
                onWidth={(column, width, done) => {
                  setPulled(done ? {} : { [column]: width });
                  if (done) columnPrefs.set((now) => ({ ...now, widths: { ...now.widths, [column]: width } }));
                }}
                onMove={(column, next) => setColumns(moved(asked, column, next))}
                all={rows.length > 0 && chosen.length === rows.length}
                some={bulk}
                onAll={all}
              />
            </div>
            {groups && !phone && top && (
              <div className="tgroup-stick" style={{ height: 0 }}>
                <GroupHead copy group={top} onFold={fold} onAdd={add} />
              </div>
            )}
            <div role="rowgroup" className="tbody" style={{ height: virtual.getTotalSize() }}>
              {shown.map(({ index: i, start }) => {
                const item = items[i];
                if (!item) return null;
                if (item.kind === 'group')
                  return <GroupHead key={item.key} group={item.group} index={i} y={start} cursor={item.key === cursor || (index < 0 && i === 0)} onFold={fold} onAdd={add} onFocus={setCursor} />;
                if (item.kind === 'bone') return <BoneRow key={item.key} y={start} seed={item.place} columns={columns.length} />;
                if (item.kind === 'error') return <PartError key={item.key} y={start} error={item.error} onRetry={() => source.retry()} />;
                const { row } = item;
                return (
                  <Row
                    key={item.key}
                    row={row}
                    path={item.key}
                    index={i}
                    y={start}
                    depth={item.depth}
                    columns={columns}
                    cursor={item.key === cursor}
                    stop={item.key === cursor || (index < 0 && i === 0)}
                    selected={selected.has(row.id)}
                    peeked={peeking === row.key}
                    color={marks[row.id]?.color}
                    waiting={waiting.has(row.id)}
                    unfolded={open.has(row.id)}
                    on={on}
                    measure={phone ? virtual.measureElement : undefined}
                  />
                );
              })}
            </div>
          </div>
        )}
      </div>
      <BulkBar rows={chosen} onClear={clear} query={base} total={count} />
    </>
  );
}

/** The group whose rows are at the top of the screen, when its own head has scrolled away. */
function sticky(items: Item[], from: number | undefined): Group | null {
  if (from === undefined || items[from]?.kind === 'group') return null;
  for (let i = from; i >= 0; i--) {
    const item = items[i];
    if (item?.kind === 'group') return item.group;
  }
  return null;
}

function BoneRow({ y, seed, columns }: { y: number; seed: number; columns: number }) {
  return (
    <div className="tbone" aria-hidden="true" style={{ transform: `translateY(${y}px)` }}>
      <span />
      <Bone width={14} height={14} />
      <Bone width={56} />
      <Bone width={`${70 - ((seed * 13) % 40)}%`} />
      {Array.from({ length: Math.max(0, columns - 1) }, (_, i) => (
        <Bone key={i} width="60%" />
      ))}
    </div>
  );
}

function PartError({ y, error, onRetry }: { y: number; error: Error; onRetry(): void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  return (
    <div role="row" className="trow trow-error" style={{ transform: `translateY(${y}px)` }}>
      <div role="gridcell" className="row-flex">
        <span className="danger">{words(error)}</span>
        <Button onClick={onRetry}>{t('ui.retry')}</Button>
      </div>
    </div>
  );
}

function useWidth(el: HTMLElement | null): number {
  const [width, setWidth] = useState(1200);
  useLayoutEffect(() => {
    if (!el) return;
    setWidth(el.clientWidth);
    const watch = new ResizeObserver(() => setWidth(el.clientWidth));
    watch.observe(el);
    return () => watch.disconnect();
  }, [el]);
  return width;
}
