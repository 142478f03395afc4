import { IconChevronDown, IconChevronLeft, IconChevronRight, IconPlus } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { LimitedProject } from '../../../api/board';
import { useProjects } from '../../../api/refs';
import type { NewTask, Status, TaskInput, TaskRow } from '../../../api/types';
import { type CommandUse, useCommands } from '../../../lib/commands';
import { usePhone } from '../../../lib/hooks';
import { useStore } from '../../../lib/store';
import { Button, IconButton } from '../../../ui/Button';
import { Picker } from '../../../ui/Picker';
import { ErrorState } from '../../../ui/states';
import { useSelection } from '../bulk/useSelection';
import { waiting as waitingStore } from '../change';
import { useDragScroll, useDragWatch, useDropPlace } from '../dnd';
import { listOf, type TaskSearch, withMember } from '../filters';
import { BulkBar } from '../list/BulkBar';
import type { LayoutProps } from '../list/layout';
import { marks as marksStore } from '../live';
import { useTaskMenu } from '../menu/useTaskMenu';
import { can } from '../model';
import { useOpenTask, useRowCommands } from '../rowCommands';
import './board.css';
import { BoardTools } from './BoardTools';
import { Card, type CardHandlers } from './Card';
import { CardList, cellName, ColumnHead, LaneCell, type Over, readCell, useDropIndex } from './Column';
import { ColumnMenu } from './ColumnMenu';
import { Composer } from './Composer';
import { type BoardColumn, folds, useBoard, useLanes } from './data';
import { useMove } from './move';
import { MoveMenu, type Step } from './MoveMenu';
import { GROUPS, groupOf, inputFor, LANES, lanesOf, valueIn } from './order';

/** How many cards of a lane show in a column before "show more". */
const LANE_CARDS = 8;
const LANE_STEP = 20;

/** The same tasks as the table, as cards in columns. */
export default function Board({ search, setSearch, query, tools }: LayoutProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  const board = useBoard(search, query);
  return (
    <>
      {tools && createPortal(<BoardTools search={search} setSearch={setSearch} phone={phone} />, tools)}
      {board.error ? <ErrorState title={t('board.failed_all')} error={board.error} onRetry={board.retry} /> : <Columns key={board.by} board={board} search={search} setSearch={setSearch} query={query} />}
    </>
  );
}

function Columns({ board, search, setSearch, query }: Pick<LayoutProps, 'search' | 'setSearch' | 'query'> & { board: ReturnType<typeof useBoard> }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const projects = useProjects();
  const move = useMove();
  const waiting = useStore(waitingStore);
  const marks = useStore(marksStore);
  const { by, hand, columns } = board;
  const laneBy = phone ? null : lanesOf(search);
  const lanes = useLanes(columns, laneBy);
  const root = useRef<HTMLDivElement>(null);
  const reveal = useRef(new Map<string, (index: number) => void>());
  const [cursor, setCursor] = useState<number | null>(null);
  const [menu, setMenu] = useState<number | null>(null);
  const [columnMenu, setColumnMenu] = useState<string | null>(null);
  const [adding, setAdding] = useState<string | null>(null);
  const [drag, setDrag] = useState<{ id: number; height: number } | null>(null);
  const [over, setOver] = useState<Over | null>(null);
  const [most, setMost] = useState<Record<string, number>>({});
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [shownColumn, setShownColumn] = useState(0);
  useDragScroll(root);

  const only = listOf(search.project).length === 1 ? (projects.data?.find((p) => String(p.id) === search.project) as LimitedProject | undefined) : undefined;
  const limits = by === 'status' ? only?.board_limits : undefined;
  const laneOf = useCallback((row: TaskRow) => (laneBy ? valueIn(row, laneBy) : null), [laneBy]);
  const rowsOf = useCallback(
    (cell: string): TaskRow[] => {
      const { column, lane } = readCell(cell);
      const rows = columns.find((c) => c.value === column)?.rows ?? [];
      return lane === null ? rows : rows.filter((r) => laneOf(r) === lane);
    },
    [columns, laneOf],
  );
  const find = (id: number | null): TaskRow | undefined => (id === null ? undefined : columns.flatMap((c) => c.rows).find((r) => r.id === id));
  const cellOf = (row: TaskRow) => cellName(valueIn(row, by), laneOf(row));
  /** The cards of a column from top to bottom, through the lanes that are open: only those that are drawn. */
  const down = (column: string): TaskRow[] => {
    if (!laneBy || !lanes) return rowsOf(cellName(column, null));
    return lanes.filter((l) => !closed.has(l.value)).flatMap((l) => rowsOf(cellName(column, l.value)).slice(0, most[cellName(column, l.value)] ?? LANE_CARDS));
  };
  const shown = columns.flatMap((c) => (c.folded ? [] : c.rows.filter((r) => laneBy === null || !closed.has(valueIn(r, laneBy)))));
  const { selected, chosen, select, clear, all } = useSelection(shown, (key) => {
    const row = find(Number(key));
    return row ? down(valueIn(row, by)).map((r) => ({ key: String(r.id), row: r })) : [];
  });

  /* Focus goes with the card: it may be drawn a moment later, still stand in the column it leaves, or have to be scrolled to first. */
  const wanted = useRef<{ id: number; column: string } | null>(null);
  const focusCard = (row: TaskRow, at?: number, column = valueIn(row, by)) => {
    wanted.current = { id: row.id, column };
    setCursor(row.id);
    const index = at ?? rowsOf(cellOf(row)).findIndex((r) => r.id === row.id);
    requestAnimationFrame(() => index >= 0 && reveal.current.get(cellName(valueIn(row, by), null))?.(index));
  };
  useEffect(() => {
    const card = wanted.current;
    if (card === null) return;
    let tries = 0;
    const look = () => {
      const el = root.current?.querySelector<HTMLElement>(`.bcard[data-task="${card.id}"]`);
      const there = el?.closest<HTMLElement>('[data-column]')?.dataset.column === card.column;
      // A move that was refused leaves it where it was.
      if (el && (there || tries >= 20)) {
        wanted.current = null;
        el.focus({ preventScroll: el.getBoundingClientRect().top > 0 && !laneBy });
        el.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      } else if (tries++ < 20 && wanted.current === card) frame = requestAnimationFrame(look);
    };
    let frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  });

  const said = (row: TaskRow, column: string): string => {
    const name = columns.find((c) => c.value === column)?.title ?? '';
    if (by === 'status') return t('board.moved', { key: row.key, name });
    if (by === 'priority') return t('board.priority_set', { key: row.key, name });
    return column === 'none' ? t('board.given_nobody', { key: row.key }) : t('board.given', { key: row.key, name });
  };
  /** To a place of a cell; without an index to the top of it. */
  const put = (row: TaskRow, cell: string, index: number | null, quiet = false) => {
    const { column, lane } = readCell(cell);
    const input: TaskInput = { ...inputFor(row, by, column), ...(lane !== null && laneBy ? inputFor(row, laneBy, lane) : {}) };
    const others = rowsOf(cell).filter((r) => r.id !== row.id);
    const changed = Object.keys(input).length > 0;
    void move(row, input, hand ? { others, index: index ?? 0 } : null, changed ? said(row, column) : quiet ? null : t('board.placed', { key: row.key }));
  };
  const accepts = (id: number): boolean => {
    const row = find(id);
    return row !== undefined && (by === 'status' ? can(row, 'change_status') : can(row, by === 'assignee' ? 'assign' : 'edit'));
  };
  const acceptsIn = (cell: string) => (id: number) => {
    const row = find(id);
    const { lane } = readCell(cell);
    // Another project means another key: that is not done by a slip of the hand.
    return accepts(id) && !(laneBy === 'project' && row && laneOf(row) !== lane);
  };

  const dropIndex = useDropIndex(root);
  useDragWatch({
    start: ({ id, height }) => {
      setMenu(null);
      setDrag({ id, height });
    },
    over: (place, at) => {
      const row = find(drag?.id ?? null);
      if (!row || place === null) return setOver(null);
      const next = target(row, place, at.y);
      setOver((now) => (now?.cell === next?.cell && now?.index === next?.index ? now : next));
    },
    end: ({ id }, place, at) => {
      const row = find(id);
      const to = row && place !== null ? target(row, place, at.y) : null;
      setDrag(null);
      setOver(null);
      if (!row || !to) return;
      put(row, to.cell, to.index);
      focusCard(row, to.index ?? 0);
    },
  });
  /** Null where the card already is. */
  const target = (row: TaskRow, cell: string, y: number): Over | null => {
    const rows = rowsOf(cell);
    if (!hand) return cell === cellOf(row) ? null : { cell, index: null };
    const others = rows.filter((r) => r.id !== row.id);
    const folded = columns.find((c) => c.value === readCell(cell).column)?.folded;
    const index = folded ? 0 : dropIndex(cell, y, others, row.id);
    return cell === cellOf(row) && rows.findIndex((r) => r.id === row.id) === index ? null : { cell, index };
  };

  const open = useOpenTask({ search, setSearch });
  const step = (row: TaskRow, how: Step) => {
    const rows = rowsOf(cellOf(row));
    const at = rows.findIndex((r) => r.id === row.id);
    const to = { up: at - 1, down: at + 1, top: 0, bottom: rows.length - 1 }[how];
    if (!hand || at < 0 || to < 0 || to >= rows.length || to === at) return;
    put(row, cellOf(row), to, true);
    focusCard(row, to);
  };
  const toColumn = (row: TaskRow, column: string) => {
    put(row, cellName(column, laneOf(row)), 0);
    if (!columns.find((c) => c.value === column)?.folded) focusCard({ ...row, ...moved(row, column) }, 0, column);
  };
  /** Enough of the moved card to find its column. */
  const moved = (row: TaskRow, column: string): Partial<TaskRow> => (by === 'status' ? { status: column as Status } : by === 'priority' ? { priority: column as TaskRow['priority'] } : { assignees: row.assignees });
  const handlers: CardHandlers = {
    focus: setCursor,
    open,
    select(row, range) {
      select(String(row.id), row, range);
      focusCard(row);
    },
    menu: setMenu,
    menuOf: (row) => (
      <MoveMenu
        row={row}
        by={by}
        hand={hand}
        columns={columns}
        onClose={() => {
          setMenu(null);
          focusCard(row);
        }}
        onColumn={toColumn}
        onStep={step}
      />
    ),
  };
  // The cards are drawn anew only for what changes in them: what they call is always the latest.
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const on = useMemo<CardHandlers>(() => ({ focus: (id) => latest.current.focus(id), open: (row) => latest.current.open(row), select: (row, range) => latest.current.select(row, range), menu: (id) => latest.current.menu(id), menuOf: (row) => latest.current.menuOf(row) }), []);

  const current = find(cursor);
  const first = columns.find((c) => !c.folded && c.rows.length > 0)?.rows[0]?.id;
  // Tab goes from column to column; within one the arrows walk.
  const stops = new Set(columns.map((c) => (current && valueIn(current, by) === c.value ? current.id : c.rows[0]?.id)));
  const card = (row: TaskRow, index: number): ReactNode => (
    <Card
      row={row}
      index={index}
      showStatus={by !== 'status'}
      cursor={row.id === cursor}
      stop={stops.has(row.id)}
      ghost={row.id === drag?.id}
      peeked={row.key === search.peek}
      selected={selected.has(row.id)}
      mark={marks[row.id]}
      waiting={waiting.has(row.id)}
      menu={row.id === menu}
      on={on}
    />
  );

  const fold = (column: string, folded: boolean) => folds.set((now) => ({ ...now, [`${by}.${column}`]: folded }));
  const add = (column: string) => {
    fold(column, false);
    setAdding(column);
    if (phone) showColumn(columns.findIndex((c) => c.value === column));
  };
  const showColumn = (i: number) => {
    const el = root.current?.querySelectorAll<HTMLElement>('.bcol')[i];
    if (el) root.current?.scrollTo({ left: el.offsetLeft, behavior: 'smooth' });
  };
  const defaults = (column: string): Partial<NewTask> => ({
    ...(by === 'status' ? { status: column as Status } : by === 'priority' ? { priority: column as NewTask['priority'] } : column === 'none' ? {} : { owner_id: Number(column) }),
    ...(only ? { project_id: only.id } : {}),
  });
  const composer = (column: BoardColumn) => adding === column.value && <Composer name={column.title} defaults={defaults(column.value)} onClose={() => setAdding(null)} />;

  /* Keyboard. */
  const walk = (rows: number, cols: number) => {
    if (!current) {
      const row = find(first ?? null);
      if (row) focusCard(row);
      return;
    }
    if (cols === 0) {
      const list = down(valueIn(current, by));
      const to = list[list.findIndex((r) => r.id === current.id) + rows];
      if (to) focusCard(to);
      return;
    }
    const at = rowsOf(cellOf(current)).findIndex((r) => r.id === current.id);
    let i = columns.findIndex((c) => c.value === valueIn(current, by)) + cols;
    while (columns[i]) {
      const list = columns[i]!.folded ? [] : rowsOf(cellName(columns[i]!.value, laneOf(current)));
      if (list.length > 0) return focusCard(list[Math.min(at, list.length - 1)]!);
      i += cols;
    }
  };
  const shift = (cols: number) => {
    if (!current || !accepts(current.id)) return;
    const to = columns[columns.findIndex((c) => c.value === valueIn(current, by)) + cols];
    if (to) toColumn(current, to.value);
  };
  const key = current?.key ?? '';
  const title = { key };
  const cardEl = () => root.current?.querySelector(`.bcard[data-task="${cursor}"]`) ?? null;
  const own = useRowCommands({ search, setSearch }, current, cardEl, chosen);
  const context = useTaskMenu((id) => {
    const row = find(id);
    return chosen.some((r) => r.id === id) ? chosen : row ? [row] : null;
  });
  const choose = (next: TaskSearch) => setSearch(next);
  const commands: CommandUse[] = [
    { id: 'list.down', run: () => walk(1, 0) },
    { id: 'list.up', run: () => walk(-1, 0) },
    { id: 'list.down2', title: 'list.cmd_down', group: 'list', keys: 'ArrowDown', quiet: true, run: () => walk(1, 0) },
    { id: 'list.up2', title: 'list.cmd_up', group: 'list', keys: 'ArrowUp', quiet: true, run: () => walk(-1, 0) },
    { id: 'card.left', title: 'board.cmd_left', group: 'list', keys: 'KeyH', quiet: true, run: () => walk(0, -1) },
    { id: 'card.right', title: 'board.cmd_right', group: 'list', keys: 'KeyL', quiet: true, run: () => walk(0, 1) },
    { id: 'card.left2', title: 'board.cmd_left', group: 'list', keys: 'ArrowLeft', quiet: true, run: () => walk(0, -1) },
    { id: 'card.right2', title: 'board.cmd_right', group: 'list', keys: 'ArrowRight', quiet: true, run: () => walk(0, 1) },
    { id: 'list.all', run: all },
    ...(current
      ? ([
          { id: 'list.select', title: 'list.cmd_select', titleArgs: title, run: () => select(String(current.id), current, false) },
          { id: 'list.range', title: 'board.cmd_range', run: () => select(String(current.id), current, true) },
          { id: 'card.move', title: 'board.cmd_move', titleArgs: title, group: 'task', keys: 'KeyM', run: () => accepts(current.id) && setMenu(current.id) },
          { id: 'card.move_left', title: 'board.cmd_move_left', titleArgs: title, group: 'task', keys: 'Shift+ArrowLeft', run: () => shift(-1) },
          { id: 'card.move_right', title: 'board.cmd_move_right', titleArgs: title, group: 'task', keys: 'Shift+ArrowRight', run: () => shift(1) },
          ...(hand
            ? ([
                { id: 'card.move_up', title: 'board.cmd_move_up', titleArgs: title, group: 'task', keys: 'Shift+ArrowUp', run: () => step(current, 'up') },
                { id: 'card.move_down', title: 'board.cmd_move_down', titleArgs: title, group: 'task', keys: 'Shift+ArrowDown', run: () => step(current, 'down') },
              ] as const)
            : []),
        ] satisfies CommandUse[])
      : []),
    ...own,
    ...columns.map((c): CommandUse => ({ id: `column.add.${c.value}`, title: 'board.cmd_add', titleArgs: { name: c.title }, group: 'task', run: () => add(c.value) })),
    ...columns.map((c): CommandUse => ({ id: `column.fold.${c.value}`, title: c.folded ? 'board.unfold' : 'board.cmd_fold', titleArgs: { name: c.title }, group: 'view', run: () => fold(c.value, !c.folded) })),
    ...(limits && only && can(only as unknown as TaskRow, 'edit_project')
      ? columns.map((c): CommandUse => ({ id: `column.limit.${c.value}`, title: 'board.cmd_limit', titleArgs: { name: c.title }, group: 'view', run: () => (fold(c.value, false), setTimeout(() => setColumnMenu(c.value), 60)) }))
      : []),
    ...GROUPS.filter((g) => g !== groupOf(search)).map((g): CommandUse => ({ id: `board_by.${g}`, title: `board.cmd_by_${g}`, group: 'view', run: () => choose(withMember(search, 'group', g === 'status' ? undefined : g)) })),
    ...[undefined, ...LANES].filter((l) => l !== (lanesOf(search) ?? undefined) && l !== by).map((l): CommandUse => ({ id: `board_lanes.${l ?? 'none'}`, title: `board.cmd_lanes_${l ?? 'none'}`, group: 'view', run: () => choose(withMember(search, 'lanes', l)) })),
  ];
  useCommands(commands);

  const head = (column: BoardColumn) => (
    <ColumnHead
      column={column}
      limit={limits?.[column.value as Status]}
      onAdd={() => add(column.value)}
      onUnfold={() => fold(column.value, false)}
      menuOpen={columnMenu === column.value}
      onMenu={(opened) => setColumnMenu(opened ? column.value : null)}
      menu={(button) =>
        (
          <ColumnMenu
            opened={columnMenu === column.value}
            onOpened={(opened) => setColumnMenu(opened ? column.value : null)}
            column={column.value}
            name={column.title}
            limit={limits && only?.allowed_actions.includes('edit_project') ? { project: only, status: column.value as Status } : null}
            onFold={() => fold(column.value, true)}
          >
            {button as React.ReactElement}
          </ColumnMenu>
        )
      }
    />
  );
  const template = columns.map((c) => (c.folded ? '40px' : 'minmax(184px, 1fr)')).join(' ');
  const dragging = drag?.id ?? null;
  const slotHeight = drag?.height ?? 96;
  const overOf = (cell: string) => (over?.cell === cell ? over : null);
  const selecting = chosen.length > 0 ? 'board-selecting' : '';
  // A task has one status and one priority, but may count for several people.
  const total = by === 'assignee' || columns.some((c) => !c.hidden && c.count === null) ? null : columns.reduce((sum, c) => sum + (c.hidden ? 0 : c.count!), 0);
  const bar = <BulkBar rows={chosen} onClear={clear} query={query} total={total} />;

  if (lanes && laneBy)
    return (
      <div ref={root} className={`board board-lanes ${selecting}`} {...context} aria-label={t('board.name')} role="region" style={{ '--bcols': template } as CSSProperties}>
        <div className="bgrid bheads">
          {columns.map((column) => (
            <div key={column.value} className={column.folded ? 'bcol-folded' : ''}>
              {head(column)}
            </div>
          ))}
        </div>
        {lanes.map((lane) => {
          const shut = closed.has(lane.value);
          return (
            <section key={lane.value} className="blane" aria-label={t('board.lane_fold', { name: lane.title })}>
              <button
                type="button"
                className="blane-head"
                aria-expanded={!shut}
                onClick={() =>
                  setClosed((now) => {
                    const next = new Set(now);
                    if (!next.delete(lane.value)) next.add(lane.value);
                    return next;
                  })
                }
              >
                {shut ? <IconChevronRight size={14} stroke={1.5} aria-hidden="true" /> : <IconChevronDown size={14} stroke={1.5} aria-hidden="true" />}
                {lane.icon}
                <b>{lane.title}</b>
                <span className="muted">{lane.count}</span>
              </button>
              {!shut && (
                <div className="bgrid">
                  {columns.map((column) => {
                    const cell = cellName(column.value, lane.value);
                    return (
                      <LaneCell
                        key={cell}
                        cell={cell}
                        name={`${column.title}, ${lane.title}`}
                        rows={column.rows.filter((r) => laneOf(r) === lane.value)}
                        over={overOf(cell)}
                        slotHeight={slotHeight}
                        dragging={dragging}
                        most={most[cell] ?? LANE_CARDS}
                        onMore={() => setMost((now) => ({ ...now, [cell]: (now[cell] ?? LANE_CARDS) + LANE_STEP }))}
                        card={card}
                        accepts={acceptsIn(cell)}
                        folded={column.folded}
                        composer={lane === lanes[0] && composer(column)}
                      />
                    );
                  })}
                </div>
              )}
            </section>
          );
        })}
        {columns.some((c) => c.hasMore) && (
          <div className="bgrid bmore">
            {columns.map((c) => (
              <div key={c.value}>
                {c.hasMore && !c.folded && (
                  <Button kind="quiet" onClick={c.more}>
                    {t('board.load_more')}
                  </Button>
                )}
              </div>
            ))}
          </div>
        )}
        {bar}
      </div>
    );

  const flat = (
    <div
      ref={root}
      className={`board ${selecting}`}
      {...context}
      aria-label={t('board.name')}
      role="region"
      style={{ '--bcols': template } as CSSProperties}
      onScroll={phone ? (e) => setShownColumn(Math.round(e.currentTarget.scrollLeft / Math.max(1, e.currentTarget.clientWidth))) : undefined}
    >
      {columns.map((column) => {
        const cell = cellName(column.value, null);
        return column.folded ? (
          <Rail key={cell} cell={cell} over={over?.cell === cell} accepts={accepts}>
            {head(column)}
          </Rail>
        ) : (
          <section key={cell} className="bcol" aria-label={column.title} data-column={column.value} data-over={over?.cell === cell || undefined}>
            {!phone && head(column)}
            <CardList column={column} over={overOf(cell)} slotHeight={slotHeight} dragging={dragging} card={card} reveal={reveal} accepts={accepts} composer={composer(column)} />
          </section>
        );
      })}
      {bar}
    </div>
  );
  if (!phone) return flat;
  return (
    <div className="board-phone">
      <ColumnChooser columns={columns} at={Math.min(shownColumn, columns.length - 1)} onShow={showColumn} onAdd={add} />
      {flat}
    </div>
  );
}

/** A folded column: its name, and a place to drop on. */
function Rail({ cell, over, accepts, children }: { cell: string; over: boolean; accepts(id: number): boolean; children: ReactNode }) {
  const ref = useRef<HTMLElement>(null);
  useDropPlace(ref, cell, accepts);
  return (
    <section ref={ref} className="bcol bcol-rail" data-column={cell} data-over={over || undefined}>
      {children}
    </section>
  );
}

/** On a phone: which column is on the screen. Swiping goes to the next. */
function ColumnChooser({ columns, at, onShow, onAdd }: { columns: BoardColumn[]; at: number; onShow(i: number): void; onAdd(column: string): void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const column = columns[at];
  if (!column) return null;
  return (
    <div className="bchooser">
      <IconButton name={t('board.previous_column')} disabled={at === 0} icon={<IconChevronLeft size={18} stroke={1.5} aria-hidden="true" />} onClick={() => onShow(at - 1)} />
      <Picker
        name={t('board.column')}
        opened={opened}
        onOpened={setOpened}
        chosen={[at]}
        options={columns.map((c, i) => ({ value: i, label: c.title, icon: c.icon, hint: c.count ?? undefined }))}
        onPick={(i) => onShow(i)}
      >
        <button type="button" className="bchooser-name" onClick={() => setOpened(true)} aria-haspopup="listbox">
          {column.icon}
          <b>{column.title}</b>
          {column.count !== null && <span className="muted">{column.count}</span>}
          <IconChevronDown size={16} stroke={1.5} aria-hidden="true" />
        </button>
      </Picker>
      <IconButton name={t('board.next_column')} disabled={at === columns.length - 1} icon={<IconChevronRight size={18} stroke={1.5} aria-hidden="true" />} onClick={() => onShow(at + 1)} />
      <IconButton name={t('board.add_to', { name: column.title })} icon={<IconPlus size={18} stroke={1.5} aria-hidden="true" />} onClick={() => onAdd(column.value)} command={`column.add.${column.value}`} />
    </div>
  );
}
