import { IconChevronDown, IconChevronLeft, IconChevronRight, IconInbox } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type PointerEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { type CommandUse, useCommands } from '../../../lib/commands';
import { dayOf } from '../../../lib/dates';
import { usePhone } from '../../../lib/hooks';
import { keptStore, useStore } from '../../../lib/store';
import { dayText, daysBetween, firstWeekday, isWeekend, rangeText, shiftDay, shiftMonth, startOfMonth, startOfWeek } from '../../../lib/week';
import { Button, IconButton } from '../../../ui/Button';
import { Empty, ErrorState } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { Tray, type TrayWords } from '../calendar/Tray';
import { useChangeTask, waiting as waitingStore } from '../change';
import { useDragWatch, useDropPlace } from '../dnd';
import { isEnded, type TaskSearch, withMember } from '../filters';
import type { LayoutProps } from '../list/layout';
import { marks as marksStore } from '../live';
import { useTaskMenu } from '../menu/useTaskMenu';
import { can } from '../model';
import { MOST, union, useAllTasks, within } from '../range';
import { useOpenTask, useRowCommands } from '../rowCommands';
import { firstLength, type Grip, planInput, planRows, type PlanRow, pulled, PX, ticks, type Zoom, ZOOMS } from './plan';
import { PlanSkeleton } from './PlanSkeleton';
import { Bar, Name } from './Row';
import './timeline.css';
import { ROW, useRowPlace } from './useRowPlace';

const HEAD = 44;
const trayOpen = keptStore('tt.timeline.tray', true);
/** Months before and after the anchor; more come when one scrolls there. */
const REACH: Record<Zoom, [number, number]> = { day: [2, 4], week: [4, 9], month: [12, 24] };

interface Held {
  id: number;
  grip: Grip;
  from: string;
  to: string;
  x: number;
  days: number;
}

/** The same tasks as the table, as bars from planned start to planned end. */
export default function Timeline({ search, setSearch, query, tools }: LayoutProps) {
  const { t, i18n } = useTranslation();
  const { zone, lang } = useDateCtx();
  const phone = usePhone();
  const change = useChangeTask();
  const waiting = useStore(waitingStore);
  const marks = useStore(marksStore);
  const tray = useStore(trayOpen) && !phone;
  const openTask = useOpenTask({ search, setSearch });
  const scroller = useRef<HTMLDivElement>(null);
  const left = phone ? 132 : 300;

  const today = dayOf(new Date().toISOString(), zone);
  const zoom: Zoom = ZOOMS.find((z) => z === search.zoom) ?? 'week';
  const px = PX[zoom];
  const [reach, setReach] = useState<{ zoom: Zoom; from: string; to: string }>(() => reachOf(zoom, anchorOf(search, today)));
  if (reach.zoom !== zoom) setReach(reachOf(zoom, anchorOf(search, today)));
  const { from, to } = reach;
  const width = daysBetween(from, to) * px;
  const x = (day: string) => daysBetween(from, day) * px;

  const planned = useAllTasks(within(query, 'planned', from, to));
  const { due_from: _from, due_to: _to, overdue: _overdue, planned_from: _pfrom, planned_to: _pto, ...timeless } = query;
  const loose = useAllTasks(search.planned || (search.due && search.due !== 'none') ? null : { ...timeless, due: 'none', ...(query.open === undefined && !query.status ? { open: true } : {}) });
  const all = useMemo(() => union(planned.rows, loose.rows), [planned.rows, loose.rows]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const rows = useMemo(() => planRows(all, zone, folded), [all, zone, folded]);
  const parents = useMemo(() => new Set(all.flatMap((r) => (r.parent && (r.planned_start || r.planned_end || r.due_date) ? [r.parent.id] : []))), [all]);
  const unplanned = useMemo(() => all.filter((r) => !r.planned_start && !r.planned_end && !r.due_date && !isEnded(r.status)), [all]);
  const find = (id: number): TaskRow | undefined => all.find((r) => r.id === id);

  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8, scrollMargin: HEAD, scrollPaddingStart: HEAD, getItemKey: (i) => rows[i]!.row.id });
  const items = virtual.getVirtualItems();

  /* Where it stands. */
  const placed = useRef('');
  useLayoutEffect(() => {
    const el = scroller.current;
    if (!el || placed.current === zoom) return;
    placed.current = zoom;
    const room = el.clientWidth - left;
    el.scrollLeft = Math.max(0, x(anchorOf(search, today)) - room * 0.3);
  });
  useRowPlace(scroller, rows, { list: query, day: anchorOf(search, today), old: planned.old || loose.old, whole: planned.whole && loose.whole });
  const grown = useRef<string | null>(null);
  useLayoutEffect(() => {
    // More to the left pushes what is seen to the right: it is brought back at once.
    if (grown.current && scroller.current) scroller.current.scrollLeft += daysBetween(from, grown.current) * px;
    grown.current = null;
  }, [from, px]);
  const [settled, setSettled] = useState<number | null>(null);
  const onScroll = () => {
    const el = scroller.current;
    if (!el) return;
    const more = zoom === 'month' ? 12 : 3;
    if (el.scrollLeft < 80 && !grown.current) {
      grown.current = from;
      setReach((now) => ({ ...now, from: shiftMonth(now.from, -more) }));
    } else if (el.scrollLeft + el.clientWidth > left + width - 80) setReach((now) => ({ ...now, to: shiftMonth(now.to, more) }));
    setSettled(el.scrollLeft);
  };
  // The address follows when the scrolling has come to rest.
  const address = useRef({ search, setSearch });
  useEffect(() => {
    address.current = { search, setSearch };
  });
  useEffect(() => {
    if (settled === null) return;
    const timer = setTimeout(() => {
      const el = scroller.current;
      if (!el) return;
      const day = shiftDay(from, Math.round((el.scrollLeft + (el.clientWidth - left) * 0.3) / px));
      const now = address.current;
      const next = Math.abs(daysBetween(today, day)) * px < 24 ? undefined : day;
      if (next !== now.search.at) now.setSearch(withMember(now.search, 'at', next), true);
    }, 600);
    return () => clearTimeout(timer);
  }, [settled, from, px, left, today]);
  const show = (day: string) => {
    const el = scroller.current;
    if (el) el.scrollTo({ left: Math.max(0, x(day) - (el.clientWidth - left) * 0.3), behavior: 'smooth' });
  };
  const page = (by: number) => scroller.current?.scrollBy({ left: by * (scroller.current.clientWidth - left) * 0.8, behavior: 'smooth' });
  const setZoom = (next: Zoom) => setSearch(withMember(search, 'zoom', next === 'week' ? undefined : next), true);

  /* Changing a plan. */
  const say = (day: string) => dayText(day, lang, { day: 'numeric', month: 'short' });
  const plan = useCallback(
    (row: TaskRow, start: string, end: string) => {
      const input = planInput(row, start, end, zone);
      if (Object.keys(input).length === 0 || !can(row, 'edit')) return;
      const say = (day: string) => dayText(day, lang, { day: 'numeric', month: 'short' });
      void change(row, input, { toast: t('timeline.planned', { key: row.key, from: say(start), to: say(end) }) }).catch(() => undefined);
    },
    [change, t, zone, lang],
  );
  const [held, setHeld] = useState<Held | null>(null);
  const grab = (event: PointerEvent, item: PlanRow, grip: Grip) => {
    if (event.button !== 0 || !can(item.row, 'edit')) return;
    event.preventDefault();
    event.stopPropagation();
    const box = scroller.current!.getBoundingClientRect();
    const under = shiftDay(from, Math.floor((event.clientX - box.left - left + scroller.current!.scrollLeft) / px));
    const start = grip === 'draw' ? under : item.from!;
    setHeld({ id: item.row.id, grip, from: start, to: grip === 'draw' ? under : item.to!, x: event.clientX + scroller.current!.scrollLeft, days: 0 });
  };
  const holding = held !== null;
  const latest = useRef<{ held: Held | null; drop(): void }>({ held, drop: () => undefined });
  useEffect(() => {
    latest.current = {
      held,
      drop() {
        setHeld(null);
        const row = held && find(held.id);
        if (!row || !held) return;
        const next = pulled(held.grip, held.from, held.to, held.days);
        if (held.grip === 'draw' || held.days !== 0) plan(row, next.from, next.to);
        setCursor(held.id);
      },
    };
  });
  useEffect(() => {
    if (!holding) return;
    const move = (event: globalThis.PointerEvent) => {
      const el = scroller.current;
      if (!el) return;
      // Near an edge the canvas goes along.
      const box = el.getBoundingClientRect();
      if (event.clientX > box.right - 32) el.scrollLeft += 12;
      else if (event.clientX < box.left + left + 32) el.scrollLeft -= 12;
      setHeld((now) => now && { ...now, days: Math.round((event.clientX + el.scrollLeft - now.x) / px) });
    };
    const end = () => latest.current.drop();
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      setHeld(null);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    addEventListener('keydown', key, true);
    return () => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      removeEventListener('keydown', key, true);
    };
  }, [holding, px, left]);
  const barOf = (item: PlanRow): { from: string; to: string } | null => {
    if (held?.id === item.row.id) return pulled(held.grip, held.from, held.to, held.days);
    return item.from && item.to ? { from: item.from, to: item.to } : null;
  };

  /* From the tray onto the canvas. */
  // The canvas comes with the rows: a place that is named only then is found then.
  useDropPlace(scroller, planned.pending ? '' : 'canvas');
  const [over, setOver] = useState<string | null>(null);
  const dayAt = (clientX: number) => shiftDay(from, Math.floor((clientX - scroller.current!.getBoundingClientRect().left - left + scroller.current!.scrollLeft) / px));
  useDragWatch({
    start: () => undefined,
    over: (place, at) => setOver(place === 'canvas' ? dayAt(at.x) : null),
    end({ id }, place, at) {
      setOver(null);
      const row = find(id);
      if (row && place === 'canvas') first(row, dayAt(at.x));
    },
  });
  const first = (row: TaskRow, day: string) => plan(row, day, shiftDay(day, firstLength(row) - 1));

  /* Keyboard. */
  const [cursor, setCursor] = useState<number | null>(null);
  const index = rows.findIndex((r) => r.row.id === cursor);
  const current = rows[index];
  const element = () => scroller.current?.querySelector<HTMLElement>(`.tl-name[data-task="${cursor}"]`) ?? null;
  const walk = (by: number) => {
    const to = index < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, index + by));
    const next = rows[to];
    if (!next) return;
    setCursor(next.row.id);
    virtual.scrollToIndex(to);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`.tl-name[data-task="${next.row.id}"]`)?.focus({ preventScroll: true }));
    const day = next.from ?? next.due!;
    const el = scroller.current!;
    if (x(day) < el.scrollLeft || x(day) > el.scrollLeft + el.clientWidth - left) show(day);
  };
  const step = zoom === 'month' ? 7 : 1;
  const nudge = (grip: Grip, by: number) => () => {
    if (!current) return;
    if (!current.from || !current.to) return first(current.row, current.due && current.due > today ? today : (current.due ?? today));
    const next = pulled(grip, current.from, current.to, by * step);
    plan(current.row, next.from, next.to);
  };
  const titleArgs = { key: current?.row.key ?? '' };
  const own = useRowCommands({ search, setSearch }, current?.row, element);
  const fold = (id: number) =>
    setFolded((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const commands: CommandUse[] = [
    { id: 'list.down', run: () => walk(1) },
    { id: 'list.up', run: () => walk(-1) },
    { id: 'list.down2', title: 'list.cmd_down', group: 'list', keys: 'ArrowDown', quiet: true, run: () => walk(1) },
    { id: 'list.up2', title: 'list.cmd_up', group: 'list', keys: 'ArrowUp', quiet: true, run: () => walk(-1) },
    ...(current && can(current.row, 'edit')
      ? ([
          { id: 'bar.earlier', title: 'timeline.cmd_earlier', titleArgs, group: 'task', keys: 'Shift+ArrowLeft', run: nudge('move', -1) },
          { id: 'bar.later', title: 'timeline.cmd_later', titleArgs, group: 'task', keys: 'Shift+ArrowRight', run: nudge('move', 1) },
          { id: 'bar.longer', title: 'timeline.cmd_longer', titleArgs, group: 'task', keys: 'Shift+ArrowDown', run: nudge('end', 1) },
          { id: 'bar.shorter', title: 'timeline.cmd_shorter', titleArgs, group: 'task', keys: 'Shift+ArrowUp', run: nudge('end', -1) },
          { id: 'bar.start_earlier', title: 'timeline.cmd_start_earlier', titleArgs, group: 'task', keys: 'Comma', run: nudge('start', -1) },
          { id: 'bar.start_later', title: 'timeline.cmd_start_later', titleArgs, group: 'task', keys: 'Period', run: nudge('start', 1) },
          { id: 'bar.show', title: 'timeline.cmd_show', titleArgs, group: 'view', run: () => show(current.from ?? current.due!) },
          ...(current.row.planned_start || current.row.planned_end
            ? [{ id: 'bar.clear', title: 'timeline.cmd_clear', titleArgs, group: 'task' as const, run: () => void change(current.row, { planned_start: null, planned_end: null }, { toast: t('timeline.cleared', titleArgs) }).catch(() => undefined) }]
            : []),
        ] satisfies CommandUse[])
      : []),
    ...(current && parents.has(current.row.id) ? [{ id: 'bar.fold', title: 'timeline.cmd_fold', titleArgs, group: 'view' as const, keys: 'ArrowLeft', run: () => fold(current.row.id) }] : []),
    ...own,
    { id: 'time.previous', title: 'timeline.previous', group: 'view', keys: 'PageUp', run: () => page(-1) },
    { id: 'time.next', title: 'timeline.next', group: 'view', keys: 'PageDown', run: () => page(1) },
    { id: 'time.today', title: 'calendar.today', group: 'view', keys: 'Home', run: () => show(today) },
    ...ZOOMS.map((z): CommandUse => ({ id: `time.${z}`, title: `timeline.cmd_${z}`, group: 'view', run: () => setZoom(z) })),
    { id: 'time.tray', title: 'timeline.cmd_tray', group: 'view', run: () => trayOpen.set((now) => !now) },
  ];
  useCommands(commands);
  const context = useTaskMenu((id) => {
    const row = find(id);
    return row ? [row] : null;
  });

  /* The head. */
  const week = firstWeekday();
  const big = useMemo(() => (zoom === 'month' ? ticks(from, to, (d) => `${d.slice(0, 4)}-01-01`, (d) => `${Number(d.slice(0, 4)) + 1}-01-01`) : ticks(from, to, startOfMonth, (d) => shiftMonth(d, 1))), [zoom, from, to]);
  const small = useMemo(() => {
    if (zoom === 'month') return ticks(from, to, startOfMonth, (d) => shiftMonth(d, 1));
    if (zoom === 'week') return ticks(from, to, (d) => startOfWeek(d, week), (d) => shiftDay(d, 7));
    return ticks(from, to, (d) => d, (d) => shiftDay(d, 1));
  }, [zoom, from, to, week]);

  const words: TrayWords = { title: t('timeline.tray'), empty: t('timeline.tray_empty'), pick: (key) => t('timeline.plan_from', { key }) };
  const bar = (
    <div className="cal-tools">
      <IconButton name={t('timeline.previous')} icon={<IconChevronLeft size={16} stroke={1.5} aria-hidden="true" />} onClick={() => page(-1)} command="time.previous" />
      <Button kind="quiet" onClick={() => show(today)} command="time.today">
        {t('calendar.today')}
      </Button>
      <IconButton name={t('timeline.next')} icon={<IconChevronRight size={16} stroke={1.5} aria-hidden="true" />} onClick={() => page(1)} command="time.next" />
      <span className="tool-line" />
      <div className="row-flex" style={{ gap: 2 }} role="group" aria-label={t('timeline.zoom')}>
        {ZOOMS.map((z) => (
          <Button key={z} kind="quiet" className={z === zoom ? 'btn-on' : ''} aria-pressed={z === zoom} onClick={() => setZoom(z)} command={`time.${z}`}>
            {t(`timeline.${z}`)}
          </Button>
        ))}
      </div>
      {!phone && (
        <Button kind="quiet" icon={<IconInbox size={16} stroke={1.5} aria-hidden="true" />} className={tray ? 'btn-on' : ''} aria-pressed={tray} aria-label={`${t('timeline.tray')}, ${unplanned.length}`} title={t('timeline.tray')} onClick={() => trayOpen.set((now) => !now)} command="time.tray">
          {unplanned.length}
        </Button>
      )}
    </div>
  );
  if (planned.error) return <ErrorState title={t('timeline.failed')} error={planned.error} onRetry={planned.retry} />;

  const weekend = (6 - new Date(`${from}T00:00:00Z`).getUTCDay() + 7) % 7;
  const inside = (day: string) => day >= from && day < to;
  return (
    <div className="tl" {...context}>
      {tools && createPortal(bar, tools)}
      {planned.pending ? (
        <PlanSkeleton left={left} />
      ) : (
        <div
          ref={scroller}
          className={`tl-scroll ${holding ? 'tl-holding' : ''}`}
          data-zoom={zoom}
          onScroll={onScroll}
          role="region"
          tabIndex={rows.length === 0 ? 0 : undefined}
          aria-label={`${t('timeline.name')}, ${rangeText(from, to, lang)}`}
          style={{ '--left': `${left}px`, '--px': `${px}px`, '--weekend': `${weekend * px}px` } as CSSProperties}
        >
          <div className="tl-head" style={{ width: left + width }} aria-hidden="true">
            <div className="tl-corner">{t('timeline.tasks', { count: rows.length })}</div>
            <div className="tl-ticks">
              {big.map((tick) => (
                <span key={tick.day} style={{ left: left + x(tick.day), width: tick.days * px }}>
                  <b>{zoom === 'month' ? tick.day.slice(0, 4) : dayText(tick.day, i18n.language, { month: 'long', year: 'numeric' })}</b>
                </span>
              ))}
            </div>
            <div className="tl-ticks tl-small">
              {small.map((tick) => (
                <span key={tick.day} style={{ left: left + x(tick.day), width: tick.days * px }} className={tick.day === today && zoom === 'day' ? 'tl-now' : ''} data-weekend={(zoom === 'day' && isWeekend(tick.day)) || undefined}>
                  {zoom === 'month' ? tick.days > 12 && dayText(tick.day, i18n.language, { month: 'short' }) : zoom === 'week' ? tick.days > 3 && Number(tick.day.slice(8)) : `${Number(tick.day.slice(8))} ${dayText(tick.day, i18n.language, { weekday: 'short' })}`}
                </span>
              ))}
            </div>
          </div>
          <div className="tl-body" style={{ width: left + width, height: Math.max(virtual.getTotalSize(), 1) }} data-over={over !== null || undefined}>
            <div className="tl-grid" style={{ left, width }} aria-hidden="true">
              {big.slice(1).map((tick) => (
                <i key={tick.day} style={{ left: x(tick.day) }} />
              ))}
              {inside(today) && <i className="tl-today" style={{ left: x(today) + px / 2 }} />}
              {over && <i className="tl-target" style={{ left: x(over), width: px }} />}
            </div>
            <Ties rows={rows} items={items.map((v) => v.index)} barOf={barOf} x={x} left={left} width={width} height={virtual.getTotalSize()} />
            {items.map((item) => {
              const entry = rows[item.index]!;
              const span = barOf(entry);
              const margin = waiting.has(entry.row.id) ? 'waiting' : marks[entry.row.id] ? 'live' : entry.row.id === cursor ? 'focus' : undefined;
              return (
                <div key={item.key} className="tl-row" data-cursor={entry.row.id === cursor} data-margin={margin} style={{ transform: `translateY(${item.start - HEAD}px)`, width: left + width, '--mark': marks[entry.row.id]?.color } as CSSProperties}>
                  <Name
                    item={entry}
                    stop={entry.row.id === cursor || (index < 0 && item.index === 0)}
                    fold={parents.has(entry.row.id) ? { closed: folded.has(entry.row.id), toggle: () => fold(entry.row.id), icon: folded.has(entry.row.id) ? IconChevronRight : IconChevronDown } : null}
                    words={entry.from ? t('timeline.bar', { from: say(entry.from), to: say(entry.to!) }) : t('timeline.no_bar')}
                    onFocus={() => setCursor(entry.row.id)}
                    onOpen={() => openTask(entry.row)}
                  />
                  <div className="tl-lane" data-free={(!entry.from && can(entry.row, 'edit')) || undefined} onPointerDown={entry.from || phone ? undefined : (e) => grab(e, entry, 'draw')} title={!entry.from && can(entry.row, 'edit') ? t('timeline.draw') : undefined}>
                    {span && <Bar row={entry.row} left={x(span.from)} width={(daysBetween(span.from, span.to) + 1) * px} held={held?.id === entry.row.id} label={`${say(span.from)} – ${say(span.to)}`} onGrab={(e, grip) => grab(e, entry, grip)} onOpen={() => openTask(entry.row)} touch={phone} />}
                    {entry.due && inside(entry.due) && <i className={`tl-due ${entry.row.overdue ? 'danger' : ''}`} style={{ left: x(entry.due) + px }} title={t('timeline.due', { day: say(entry.due) })} />}
                  </div>
                </div>
              );
            })}
          </div>
          {rows.length === 0 && (
            <div className="tl-empty">
              <Empty title={t('timeline.empty')} text={t(unplanned.length > 0 ? 'timeline.empty_tray' : 'timeline.empty_text')} />
            </div>
          )}
          {planned.cut && <p className="cal-cut">{t('calendar.cut', { count: MOST })}</p>}
        </div>
      )}
      {tray && <Tray words={words} rows={unplanned} over={false} pending={loose.pending} zone={zone} onDue={(row, day) => day && first(row, day)} onOpen={openTask} />}
    </div>
  );
}
function reachOf(zoom: Zoom, anchor: string) {
  const [before, after] = REACH[zoom];
  return { zoom, from: shiftMonth(anchor, -before), to: shiftMonth(anchor, after) };
}
const anchorOf = (search: TaskSearch, today: string) => (!search.at ? today : search.at.length === 7 ? `${search.at}-15` : search.at);

/** Lines from a parent to its children: down from under its bar, then to where theirs begins. */
function Ties({ rows, items, barOf, x, left, width, height }: { rows: PlanRow[]; items: number[]; barOf(item: PlanRow): { from: string } | null; x(day: string): number; left: number; width: number; height: number }) {
  const start = (item: PlanRow) => {
    const day = barOf(item)?.from ?? item.due;
    return day ? x(day) : null;
  };
  const paths = items.flatMap((i) => {
    const item = rows[i];
    if (!item || item.parent === null) return [];
    const to = start(item);
    const from = start(rows[item.parent]!);
    if (to === null || from === null) return [];
    const y = i * ROW + ROW / 2;
    const down = Math.min(from + 8, to - 8);
    const top = item.parent * ROW + ROW / 2 + (barOf(rows[item.parent]!) ? 11 : 6);
    return [`M${down} ${top}V${y - 4}q0 4 4 4H${to}`];
  });
  return (
    <svg className="tl-ties" style={{ left }} width={width} height={height} aria-hidden="true">
      <path d={paths.join('')} />
    </svg>
  );
}
