import { IconDots, IconPlus } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { useAfter } from '../../../lib/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Bone } from '../../../ui/states';
import { useDragScroll, useDropPlace } from '../dnd';
import type { BoardColumn } from './data';

/** A column and its lane as one word: what a place to drop on is called. */
export const cellName = (column: string, lane: string | null): string => (lane === null ? column : `${column}|${lane}`);
export function readCell(cell: string): { column: string; lane: string | null } {
  const [column, lane] = cell.split('|');
  return { column: column!, lane: lane ?? null };
}
/** Where a dragged card would go. Without an index: the column alone counts. */
export interface Over {
  cell: string;
  index: number | null;
}

interface HeadProps {
  column: BoardColumn;
  limit: number | undefined;
  onAdd(): void;
  onUnfold(): void;
  menuOpen: boolean;
  onMenu(open: boolean): void;
  menu(target: React.ReactElement): ReactNode;
  lanes?: boolean;
}
export function ColumnHead({ column, limit, onAdd, onUnfold, menuOpen, onMenu, menu }: HeadProps) {
  const { t } = useTranslation();
  const { count } = column;
  const full = limit !== undefined && count !== null && count >= limit;
  if (column.folded)
    return (
      <button type="button" className="brail" onClick={onUnfold} aria-expanded="false" title={t('board.unfold', { name: column.title })}>
        {column.icon}
        <span className="brail-name">{column.title}</span>
        {count !== null && <span className="muted">{count}</span>}
      </button>
    );
  return (
    <header className="bhead">
      {column.icon}
      <h2 className="ellipsis" title={column.title}>
        {column.title}
      </h2>
      {count !== null && <span className={`bhead-count ${full ? 'warn' : ''}`}>{limit === undefined ? count : t('board.of', { count, limit })}</span>}
      <span className="grow" />
      {menu(
        <IconButton name={t('board.column_menu', { name: column.title })} icon={<IconDots size={16} stroke={1.5} aria-hidden="true" />} className={`bhead-more ${menuOpen ? 'btn-on' : ''}`} onClick={() => onMenu(!menuOpen)} aria-haspopup="dialog" aria-expanded={menuOpen} />,
      )}
      <IconButton name={t('board.add_to', { name: column.title })} icon={<IconPlus size={16} stroke={1.5} aria-hidden="true" />} onClick={onAdd} command={`column.add.${column.value}`} />
    </header>
  );
}

interface ListProps {
  column: BoardColumn;
  over: Over | null;
  slotHeight: number;
  dragging: number | null;
  card(row: TaskRow, index: number): ReactNode;
  /** Brings a card onto the screen, for the keyboard. */
  reveal: RefObject<Map<string, (index: number) => void>>;
  accepts(id: number): boolean;
  composer: ReactNode;
}

/** The cards of one column, only those on the screen; it scrolls by itself. */
export function CardList({ column, over, slotHeight, dragging, card, reveal, accepts, composer }: ListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const cell = cellName(column.value, null);
  useDropPlace(scroller, cell, accepts);
  useDragScroll(scroller);
  const { rows } = column;
  const slot = over?.index ?? null;
  const entries = withSlot(rows, slot, dragging);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (entries[i] === SLOT ? slotHeight + 6 : 112),
    getItemKey: (i) => (entries[i] === SLOT ? 'slot' : (entries[i] as TaskRow).id),
    overscan: 4,
    scrollPaddingStart: 8,
    scrollPaddingEnd: 8,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const { hasMore, more } = column;
  const latest = useRef(more);
  useEffect(() => {
    latest.current = more;
  });
  useEffect(() => {
    if (hasMore && last >= rows.length - 15) latest.current();
  }, [hasMore, last, rows.length]);
  const { scrollToIndex } = virtual;
  useEffect(() => {
    const map = reveal.current;
    map.set(cell, (index) => scrollToIndex(index));
    return () => void map.delete(cell);
  }, [reveal, cell, scrollToIndex]);

  return (
    <div ref={scroller} className="bscroll" data-cell={cell} data-over={over !== null || undefined}>
      {composer}
      {column.pending ? (
        <CardBones />
      ) : column.error ? (
        <div className="bnote" role="alert">
          {t('board.failed')}
          <Button onClick={column.retry}>{t('ui.retry')}</Button>
        </div>
      ) : entries.length === 0 && !composer ? (
        <p className="bnote">{t(column.hidden ? 'board.hidden' : 'board.empty')}</p>
      ) : (
        <ul className="blist" aria-label={column.title} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const entry = entries[item.index]!;
            return (
              <li key={item.key} ref={virtual.measureElement} data-index={item.index} className="bitem" style={{ transform: `translateY(${item.start}px)` }}>
                {entry === SLOT ? <div className="bslot" style={{ height: slotHeight }} /> : card(entry, item.index)}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

const SLOT = 'slot' as const;
/** The rows with a gap where the dragged card would go; `index` counts the rows without it. */
export function withSlot(rows: TaskRow[], index: number | null, dragging: number | null): (TaskRow | typeof SLOT)[] {
  if (index === null) return rows;
  const at = rows.findIndex((r) => r.id === dragging);
  const place = at >= 0 && at < index ? index + 1 : index;
  return [...rows.slice(0, place), SLOT, ...rows.slice(place)];
}

interface CellProps {
  cell: string;
  rows: TaskRow[];
  over: Over | null;
  slotHeight: number;
  dragging: number | null;
  most: number;
  onMore(): void;
  card(row: TaskRow, index: number): ReactNode;
  accepts(id: number): boolean;
  folded: boolean;
  name: string;
  composer: ReactNode;
}
/** The cards of one column in one lane: a few, and the rest on demand. */
export function LaneCell({ cell, rows, over, slotHeight, dragging, most, onMore, card, accepts, folded, name, composer }: CellProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  useDropPlace(ref, cell, accepts);
  const shown = rows.slice(0, most);
  if (folded)
    return (
      <div ref={ref} className="bcell bcell-rail" data-cell={cell} data-over={over !== null || undefined}>
        {rows.length > 0 && <span className="muted small">{rows.length}</span>}
      </div>
    );
  const rest = rows.length - shown.length;
  return (
    <div ref={ref} className="bcell" data-cell={cell} data-over={over !== null || undefined}>
      {composer}
      <ul aria-label={name}>
        {withSlot(shown, over?.index ?? null, dragging).map((entry, i) => (
          <li key={entry === SLOT ? SLOT : entry.id} className="bitem-flow">
            {entry === SLOT ? <div className="bslot" style={{ height: slotHeight }} /> : card(entry, i)}
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Button kind="quiet" onClick={onMore}>
          {t('board.show_more', { count: rest })}
        </Button>
      )}
    </div>
  );
}

export function CardBones() {
  const { t } = useTranslation();
  const show = useAfter(150);
  return (
    <div role="status" aria-label={t('ui.loading')}>
      {show &&
        [3, 2, 4].map((lines, i) => (
          <div key={i} className="bcard bcard-bones">
            <Bone width={72} />
            {Array.from({ length: lines - 1 }, (_, n) => (
              <Bone key={n} width={`${92 - n * 21}%`} />
            ))}
          </div>
        ))}
    </div>
  );
}

/** Where among the other cards of a cell a height on the screen falls. */
export function useDropIndex(root: RefObject<HTMLElement | null>) {
  return useCallback(
    (cell: string, y: number, others: TaskRow[], dragging: number): number => {
      const cards = [...(root.current?.querySelectorAll<HTMLElement>(`[data-cell="${CSS.escape(cell)}"] .bcard[data-task]`) ?? [])].filter((el) => Number(el.dataset.task) !== dragging);
      let after = 0;
      for (const el of cards) {
        const at = others.findIndex((r) => r.id === Number(el.dataset.task));
        if (at < 0) continue;
        const box = el.getBoundingClientRect();
        if (y < box.top + box.height / 2) return at;
        after = at + 1;
      }
      return after;
    },
    [root],
  );
}
