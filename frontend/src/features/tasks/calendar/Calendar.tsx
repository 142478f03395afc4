import { IconChevronLeft, IconChevronRight, IconInbox, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { type CommandUse, useCommands } from '../../../lib/commands';
import { dayOf } from '../../../lib/dates';
import { usePhone } from '../../../lib/hooks';
import { keptStore, useStore } from '../../../lib/store';
import { dayText, daysBetween, firstWeekday, isWeekend, monthWeeks, rangeText, shiftDay, shiftMonth, startOfWeek, weekFrom } from '../../../lib/week';
import { Button, IconButton } from '../../../ui/Button';
import { ErrorState } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { useChangeTask, waiting as waitingStore } from '../change';
import { openCreate } from '../create/store';
import { useDragWatch, useDropPlace } from '../dnd';
import { isEnded, listOf, withMember } from '../filters';
import type { LayoutProps } from '../list/layout';
import { marks as marksStore } from '../live';
import { useTaskMenu } from '../menu/useTaskMenu';
import { can } from '../model';
import { MOST, union, useAllTasks, within } from '../range';
import { useOpenTask, useRowCommands } from '../rowCommands';
import { Agenda } from './Agenda';
import './calendar.css';
import { Chip, type ChipHandlers } from './Chip';
import { DayList } from './DayList';
import { dueOn, type Entry, entriesOf, layWeek, shiftInstant } from './entries';
import { Tray, type TrayWords } from './Tray';

const LINE = 26;
const TALL_LINE = 46;
const HEAD = 28;
const trayOpen = keptStore('tt.calendar.tray', true);

/** The same tasks as the table, on the days they are due and planned for. */
export default function Calendar({ search, setSearch, query, tools }: LayoutProps) {
  const { t, i18n } = useTranslation();
  const { zone, lang } = useDateCtx();
  const phone = usePhone();
  const change = useChangeTask();
  const waiting = useStore(waitingStore);
  const marks = useStore(marksStore);
  const tray = useStore(trayOpen);
  const openTask = useOpenTask({ search, setSearch });
  const root = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [drag, setDrag] = useState<{ id: number; kind: string; from: string | null } | null>(null);
  const [over, setOver] = useState<string | null>(null);

  const today = dayOf(new Date().toISOString(), zone);
  const zoom = search.zoom === 'week' ? 'week' : 'month';
  const anchor = !search.at ? today : search.at.length === 7 ? `${search.at}-01` : search.at;
  const first = firstWeekday();
  const days = useMemo(() => (zoom === 'week' ? [weekFrom(startOfWeek(anchor, first))] : monthWeeks(anchor, first)), [zoom, anchor, first]);
  const from = days[0]![0]!;
  const to = days.at(-1)!.at(-1)!;

  const due = useAllTasks(within(query, 'due', from, to));
  const planned = useAllTasks(within(query, 'planned', from, to));
  const { due_from: _from, due_to: _to, overdue: _overdue, ...timeless } = query;
  const dateless = search.due && search.due !== 'none' ? null : { ...timeless, due: 'none', ...(query.open === undefined && !query.status ? { open: true } : {}) };
  const unplanned = useAllTasks(dateless);
  const rows = useMemo(() => union(due.rows, planned.rows, unplanned.rows), [due.rows, planned.rows, unplanned.rows]);
  const entries = useMemo(() => entriesOf(rows, zone).filter((e) => e.to >= from && e.from <= to), [rows, zone, from, to]);
  // What was put on a day leaves the tray at once, and what lost its day comes into it.
  const loose = useMemo(() => rows.filter((r) => !r.due_date && !(r.planned_start && r.planned_end) && !isEnded(r.status)), [rows]);
  const find = (id: number): TaskRow | undefined => rows.find((r) => r.id === id);
  const only = listOf(search.project).length === 1 ? Number(search.project) : undefined;

  const say = (day: string) => dayText(day, lang, { weekday: 'short', day: 'numeric', month: 'short' });
  const setDue = (row: TaskRow, day: string | null) =>
    void change(row, { due_date: day === null ? null : dueOn(row, day, zone) }, { toast: day === null ? t('calendar.cleared', { key: row.key }) : t('calendar.moved', { key: row.key, day: say(day) }) }).catch(() => undefined);
  const moveBy = (entry: Entry, by: number) => {
    if (by === 0 || !can(entry.row, 'edit')) return;
    const { row } = entry;
    const target = shiftDay(entry.from, by);
    if (entry.kind === 'due') setDue(row, target);
    else
      void change(
        row,
        { planned_start: shiftInstant(row.planned_start!, by, zone), planned_end: shiftInstant(row.planned_end!, by, zone) },
        { toast: t('calendar.replanned', { key: row.key, from: say(target), to: say(shiftDay(entry.to, by)) }) },
      ).catch(() => undefined);
    if (target < from || target > to) go(target);
  };

  /* Places to drop on are weeks; which day of it, the pointer says: entries lie over the days. */
  const dayAt = (place: string | null, x: number): string | null => {
    if (!place?.startsWith('week:')) return null;
    const box = root.current?.querySelector(`[data-week="${place.slice(5)}"]`)?.getBoundingClientRect();
    if (!box) return null;
    return shiftDay(place.slice(5), Math.max(0, Math.min(6, Math.floor(((x - box.left) / box.width) * 7))));
  };
  const weekAt = (y: number, x: number): string | null => {
    const week = [...(root.current?.querySelectorAll<HTMLElement>('[data-week]') ?? [])].find((el) => {
      const box = el.getBoundingClientRect();
      return y >= box.top && y < box.bottom && x >= box.left && x < box.right;
    });
    return week ? `week:${week.dataset.week}` : null;
  };
  useDragWatch({
    start: ({ id, kind }, at) => setDrag({ id, kind, from: kind === 'tray' ? null : dayAt(weekAt(at.y, at.x), at.x) }),
    over: (place, at) => setOver(place === 'tray' ? 'tray' : dayAt(place, at.x)),
    end: ({ id, kind }, place, at) => {
      const held = drag;
      setDrag(null);
      setOver(null);
      const row = find(id);
      if (!row) return;
      if (place === 'tray') return kind === 'due' ? setDue(row, null) : undefined;
      const day = dayAt(place, at.x);
      if (!day) return;
      if (kind === 'tray') return setDue(row, day);
      const entry = entries.find((e) => e.key === `${kind}${id}`);
      if (entry && held?.from) moveBy(entry, daysBetween(held.from, day));
      setCursor(`${kind}${id}`);
    },
  });

  /* Keyboard. */
  const go = (day: string) => setSearch(withMember(search, 'at', day === today ? undefined : zoom === 'month' ? day.slice(0, 7) : day), true);
  const page = (by: number) => go(zoom === 'week' ? shiftDay(anchor, 7 * by) : shiftMonth(anchor, by));
  const setZoom = (next: 'month' | 'week') => setSearch({ ...withMember(search, 'zoom', next === 'week' ? 'week' : undefined), ...(next === 'week' && search.at?.length === 7 ? { at: search.at.slice(0, 7) === today.slice(0, 7) ? undefined : `${search.at}-01` } : {}) });
  const current = entries.find((e) => e.key === cursor);
  const element = () => root.current?.querySelector<HTMLElement>(`[data-entry="${cursor}"]`) ?? null;
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (!wanted.current) return;
    const el = root.current?.querySelector<HTMLElement>(`[data-entry="${wanted.current}"]`);
    if (!el) return;
    wanted.current = null;
    el.focus();
    el.scrollIntoView({ block: 'nearest' });
  });
  const walk = (by: number) => {
    const shown = [...(root.current?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])].map((el) => el.dataset.entry!);
    const order = entries.filter((e) => shown.includes(e.key));
    const at = order.findIndex((e) => e.key === cursor);
    const next = at < 0 ? (order.find((e) => e.from >= today) ?? order[0]) : order[at + by];
    if (!next) return;
    wanted.current = next.key;
    setCursor(next.key);
    if (next.key === cursor) element()?.focus();
  };
  const nudge = (by: number) => {
    if (!current) return;
    wanted.current = current.key;
    moveBy(current, by);
  };
  const titleArgs = { key: current?.row.key ?? '' };
  const own = useRowCommands({ search, setSearch }, current?.row, element);
  const commands: CommandUse[] = [
    { id: 'list.down', run: () => walk(1) },
    { id: 'list.up', run: () => walk(-1) },
    { id: 'list.down2', title: 'list.cmd_down', group: 'list', keys: 'ArrowDown', quiet: true, run: () => walk(1) },
    { id: 'list.up2', title: 'list.cmd_up', group: 'list', keys: 'ArrowUp', quiet: true, run: () => walk(-1) },
    { id: 'list.down3', title: 'list.cmd_down', group: 'list', keys: 'ArrowRight', quiet: true, run: () => walk(1) },
    { id: 'list.up3', title: 'list.cmd_up', group: 'list', keys: 'ArrowLeft', quiet: true, run: () => walk(-1) },
    ...(current && can(current.row, 'edit')
      ? ([
          { id: 'day.earlier', title: 'calendar.cmd_earlier', titleArgs, group: 'task', keys: 'Shift+ArrowLeft', run: () => nudge(-1) },
          { id: 'day.later', title: 'calendar.cmd_later', titleArgs, group: 'task', keys: 'Shift+ArrowRight', run: () => nudge(1) },
          { id: 'day.week_earlier', title: 'calendar.cmd_week_earlier', titleArgs, group: 'task', keys: 'Shift+ArrowUp', run: () => nudge(-7) },
          { id: 'day.week_later', title: 'calendar.cmd_week_later', titleArgs, group: 'task', keys: 'Shift+ArrowDown', run: () => nudge(7) },
        ] satisfies CommandUse[])
      : []),
    ...own,
    { id: 'day.previous', title: zoom === 'week' ? 'calendar.previous_week' : 'calendar.previous_month', group: 'view', keys: 'PageUp', run: () => page(-1) },
    { id: 'day.next', title: zoom === 'week' ? 'calendar.next_week' : 'calendar.next_month', group: 'view', keys: 'PageDown', run: () => page(1) },
    { id: 'day.today', title: 'calendar.today', group: 'view', keys: 'Home', run: () => go(today) },
    { id: 'day.month', title: 'calendar.cmd_month', group: 'view', run: () => setZoom('month') },
    { id: 'day.week', title: 'calendar.cmd_week', group: 'view', run: () => setZoom('week') },
    { id: 'day.tray', title: 'calendar.cmd_tray', group: 'view', run: () => trayOpen.set((now) => !now) },
    { id: 'day.add', title: 'calendar.cmd_add', group: 'task', run: () => openCreate({ due_date: current?.from ?? today, project_id: only }) },
  ];
  useCommands(commands);

  const handlers: ChipHandlers = { focus: setCursor, open: (entry) => openTask(entry.row) };
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const on = useMemo<ChipHandlers>(() => ({ focus: (key) => latest.current.focus(key), open: (entry) => latest.current.open(entry) }), []);
  const context = useTaskMenu((id) => {
    const row = find(id);
    return row ? [row] : null;
  });

  const words: TrayWords = { title: t('calendar.tray'), empty: t('calendar.tray_empty'), pick: (key) => t('calendar.set_day', { key }) };
  const title = zoom === 'week' ? rangeText(from, to, lang) : capital(dayText(anchor, lang, { month: 'long', year: 'numeric' }));
  const bar = (
    <div className="cal-tools">
      <IconButton name={t(zoom === 'week' ? 'calendar.previous_week' : 'calendar.previous_month')} icon={<IconChevronLeft size={16} stroke={1.5} aria-hidden="true" />} onClick={() => page(-1)} command="day.previous" />
      <b className="cal-title" aria-live="polite">
        {title}
      </b>
      <IconButton name={t(zoom === 'week' ? 'calendar.next_week' : 'calendar.next_month')} icon={<IconChevronRight size={16} stroke={1.5} aria-hidden="true" />} onClick={() => page(1)} command="day.next" />
      <Button kind="quiet" onClick={() => go(today)} disabled={today >= from && today <= to && (zoom === 'week' || anchor.slice(0, 7) === today.slice(0, 7))} command="day.today">
        {t('calendar.today')}
      </Button>
      {!phone && (
        <>
          <span className="tool-line" />
          <div className="row-flex" style={{ gap: 2 }} role="group" aria-label={t('calendar.span')}>
            {(['month', 'week'] as const).map((z) => (
              <Button key={z} kind="quiet" className={z === zoom ? 'btn-on' : ''} aria-pressed={z === zoom} onClick={() => setZoom(z)} command={`day.${z}`}>
                {t(`calendar.${z}`)}
              </Button>
            ))}
          </div>
          <Button kind="quiet" icon={<IconInbox size={16} stroke={1.5} aria-hidden="true" />} className={tray ? 'btn-on' : ''} aria-pressed={tray} aria-label={`${t('calendar.tray')}, ${loose.length}`} title={t('calendar.tray')} onClick={() => trayOpen.set(!tray)} command="day.tray">
            {loose.length}
          </Button>
        </>
      )}
    </div>
  );
  const error = due.error ?? planned.error;
  if (error && rows.length === 0) return <ErrorState title={t('calendar.failed')} error={error} onRetry={() => (due.retry(), planned.retry())} />;
  const add = (day: string) => openCreate({ due_date: day, project_id: only });
  const chip = (entry: Entry, more: Partial<Parameters<typeof Chip>[0]> = {}): ReactNode => (
    <Chip
      key={entry.key}
      entry={entry}
      cursor={entry.key === cursor}
      stop={entry.key === (current?.key ?? entries[0]?.key)}
      ghost={drag?.id === entry.row.id && drag.kind === entry.kind}
      mark={marks[entry.row.id]}
      waiting={waiting.has(entry.row.id)}
      on={on}
      {...more}
    />
  );

  if (phone)
    return (
      <div className="cal-phone" ref={root} {...context}>
        {bar}
        <Agenda words={words} entries={entries} loose={loose} today={today} from={shiftMonth(anchor, 0)} to={shiftDay(shiftMonth(anchor, 1), -1)} zone={zone} chip={(entry) => chip(entry, { tall: true })} onDue={setDue} onOpen={openTask} pending={due.pending} />
      </div>
    );
  return (
    <div className="cal" data-zoom={zoom} {...context}>
      {tools && createPortal(bar, tools)}
      <div className="cal-main" ref={root} role="region" aria-label={`${t('calendar.name')}, ${title}`} aria-busy={due.pending || undefined} tabIndex={entries.length === 0 ? 0 : undefined}>
        <div className="cal-names" aria-hidden="true">
          {days[0]!.map((day) => (
            <span key={day} className={zoom === 'week' && day === today ? 'cal-name-today' : ''}>
              {dayText(day, i18n.language, { weekday: zoom === 'week' ? 'long' : 'short' })}
              {zoom === 'week' && <b className={day === today ? 'cal-today' : ''}>{Number(day.slice(8))}</b>}
            </span>
          ))}
        </div>
        <div className="cal-weeks">
          {days.map((week) => (
            <WeekRow key={week[0]} days={week} month={zoom === 'month' ? anchor.slice(0, 7) : null} today={today} entries={entries} over={over} chip={chip} add={add} dayList={(day, list, hidden) => <DayList day={day} hidden={hidden} entries={list} onOpen={(e) => openTask(e.row)} />} />
          ))}
        </div>
        {(due.cut || planned.cut) && <p className="cal-cut">{t('calendar.cut', { count: MOST })}</p>}
      </div>
      {tray && <Tray words={words} rows={loose} over={over === 'tray'} pending={unplanned.pending} zone={zone} onDue={setDue} onOpen={openTask} />}
    </div>
  );
}
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface WeekProps {
  days: string[];
  /** The month in view; null in the week, which then takes all the height it needs. */
  month: string | null;
  today: string;
  entries: Entry[];
  over: string | null;
  chip(entry: Entry, more: object): ReactNode;
  add(day: string): void;
  dayList(day: string, entries: Entry[], hidden: number): ReactNode;
}
/** Seven days side by side; entries lie over them in lines, so that those of several days are one bar. */
function WeekRow({ days, month, today, entries, over, chip, add, dayList }: WeekProps) {
  const { t, i18n } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useDropPlace(ref, `week:${days[0]}`);
  const [height, setHeight] = useState(130);
  useLayoutEffect(() => {
    const el = ref.current;
    if (!el) return;
    const see = new ResizeObserver(([box]) => setHeight(box!.contentRect.height));
    see.observe(el);
    setHeight(el.clientHeight);
    return () => see.disconnect();
  }, []);
  const line = month ? LINE : TALL_LINE;
  const head = month ? HEAD : 6;
  const week = useMemo(() => layWeek(days, entries, month ? Math.max(1, Math.floor((height - head) / line)) : Infinity), [days, entries, month, height, head, line]);
  const lines = Math.max(0, ...week.pieces.map((p) => p.line + 1));
  return (
    <div ref={ref} className="cal-week" data-week={days[0]} style={month ? undefined : { minHeight: lines * line + head + 40 }}>
      {days.map((day, i) => (
        <div key={day} className="cal-day" data-day={day} data-other={(month && day.slice(0, 7) !== month) || undefined} data-weekend={isWeekend(day) || undefined} data-over={over === day || undefined} role="group" aria-label={dayText(day, i18n.language, { weekday: 'long', day: 'numeric', month: 'long' })}>
          {month && (
            <span className={`cal-number ${day === today ? 'cal-today' : ''}`}>
              {Number(day.slice(8)) === 1 ? dayText(day, i18n.language, { day: 'numeric', month: 'short' }) : Number(day.slice(8))}
            </span>
          )}
          <IconButton className="cal-add" tabIndex={-1} name={t('calendar.add_on', { day: dayText(day, i18n.language, { day: 'numeric', month: 'long' }) })} icon={<IconPlus size={14} stroke={1.5} aria-hidden="true" />} onClick={() => add(day)} command="day.add" />
          {week.hidden[i]! > 0 && dayList(day, entries.filter((e) => e.from <= day && day <= e.to), week.hidden[i]!)}
        </div>
      ))}
      {week.pieces.map((piece) =>
        chip(piece.entry, {
          tall: !month,
          before: piece.before,
          after: piece.after,
          style: { left: `calc(${(piece.first / 7) * 100}% + 4px)`, width: `calc(${((piece.last - piece.first + 1) / 7) * 100}% - 9px)`, top: head + piece.line * line, height: line - 2 },
        }),
      )}
    </div>
  );
}
