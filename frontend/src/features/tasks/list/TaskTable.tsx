import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { usePhone } from '../../../lib/hooks';
import { density, ROW_HEIGHT } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { useTaskActions } from '../actions';
import { useChangeTask, waiting as waitingStore } from '../change';
import { marks as marksStore } from '../live';
import { can } from '../model';
import { BulkBar } from './BulkBar';
import { Head } from './Head';
import { Row, type RowHandlers, type RowMenu } from './Row';
import { useRows } from './useRows';

interface Props {
  rows: TaskRow[];
  sort: string | undefined;
  onSort(sort: string | undefined): void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore(): void;
  onSelected(count: number): void;
}

/** The dense table: virtual rows, a keyboard cursor, menus in the cells. */
export function TaskTable({ rows, sort, onSort, hasMore, loadingMore, onMore, onSelected }: Props) {
  const { t } = useTranslation();
  const phone = usePhone();
  const navigate = useNavigate();
  const change = useChangeTask();
  const actions = useTaskActions();
  const waiting = useStore(waitingStore);
  const marks = useStore(marksStore);
  const spacing = useStore(density);
  const scroller = useRef<HTMLDivElement>(null);
  const { cursorId, setCursor, index, selected, chosen, select, clear, all } = useRows(rows);
  const [menu, setMenuState] = useState<{ id: number; menu: RowMenu } | null>(null);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (phone ? 84 : ROW_HEIGHT[spacing]),
    overscan: 12,
    scrollPaddingStart: 30,
    getItemKey: (i) => rows[i]!.id,
  });
  const { measure } = virtual;
  useEffect(() => measure(), [measure, spacing]);
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && rows.length > 0 && lastShown >= rows.length - 20) onMore();
  }, [hasMore, loadingMore, lastShown, rows.length, onMore]);
  useEffect(() => onSelected(chosen.length), [chosen.length, onSelected]);

  const focusRow = useCallback((id: number) => {
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-task="${id}"]`)?.focus({ preventScroll: true }));
  }, []);
  const go = (to: number) => {
    if (rows.length === 0) return;
    const at = Math.max(0, Math.min(rows.length - 1, to));
    setCursor(rows[at]!.id);
    virtual.scrollToIndex(at);
    focusRow(rows[at]!.id);
  };
  const on = useMemo<RowHandlers>(
    () => ({
      select,
      focus: setCursor,
      menu(id, name) {
        setMenuState(name ? { id, menu: name } : null);
        if (!name) focusRow(id);
      },
      change: (row, input) => void change(row, input).catch(() => undefined),
      status: (row, status) => void actions.status(row, status),
      open: (row) => void navigate({ to: '/tasks/$key', params: { key: row.key } }),
    }),
    [select, setCursor, change, actions, navigate, focusRow],
  );

  const current = rows[index];
  const withRow = (run: (row: TaskRow) => void) => () => current && run(current);
  const bulk = chosen.length > 0;
  useCommands([
    { id: 'list.down', title: 'list.cmd_down', group: 'list', keys: 'KeyJ', quiet: true, run: () => go(index + 1) },
    { id: 'list.up', title: 'list.cmd_up', group: 'list', keys: 'KeyK', quiet: true, run: () => go(index < 0 ? 0 : index - 1) },
    { id: 'list.down2', title: 'list.cmd_down', group: 'list', keys: 'ArrowDown', quiet: true, run: () => go(index + 1) },
    { id: 'list.up2', title: 'list.cmd_up', group: 'list', keys: 'ArrowUp', quiet: true, run: () => go(index < 0 ? 0 : index - 1) },
    ...(current
      ? ([
          { id: 'list.open', title: 'list.cmd_open', titleArgs: { key: current.key }, group: 'task', keys: 'Enter', run: withRow(on.open) },
          { id: 'list.select', title: 'list.cmd_select', titleArgs: { key: current.key }, group: 'list', keys: 'KeyX', run: withRow((r) => select(r, false)) },
          { id: 'list.range', title: 'list.cmd_range', group: 'list', keys: 'Shift+KeyX', run: withRow((r) => select(r, true)) },
          { id: 'task.copy', title: 'task.cmd_copy', titleArgs: { key: current.key }, group: 'task', keys: 'Shift+KeyC', run: withRow((r) => void actions.copyKey(r)) },
        ] as const)
      : []),
    ...(current && !bulk
      ? ([
          { id: 'task.status', title: 'task.cmd_status', titleArgs: { key: current.key }, group: 'task', keys: 'KeyS', run: withRow((r) => can(r, 'change_status') && on.menu(r.id, 'status')) },
          { id: 'task.priority', title: 'task.cmd_priority', titleArgs: { key: current.key }, group: 'task', keys: 'KeyP', run: withRow((r) => can(r, 'edit') && on.menu(r.id, 'priority')) },
          { id: 'task.owner', title: 'task.cmd_owner', titleArgs: { key: current.key }, group: 'task', keys: 'KeyA', run: withRow((r) => can(r, 'assign') && on.menu(r.id, 'owner')) },
          { id: 'task.due', title: 'task.cmd_due', titleArgs: { key: current.key }, group: 'task', keys: 'KeyD', run: withRow((r) => can(r, 'edit') && on.menu(r.id, 'due')) },
          { id: 'task.tags', title: 'task.cmd_tags', titleArgs: { key: current.key }, group: 'task', keys: 'KeyT', run: withRow((r) => can(r, 'edit') && on.menu(r.id, 'tags')) },
          { id: 'task.archive', title: current.archived_at ? 'task.cmd_unarchive' : 'task.cmd_archive', titleArgs: { key: current.key }, group: 'task', keys: 'KeyE', run: withRow((r) => can(r, 'archive') && void (r.archived_at ? actions.unarchive(r) : actions.archive(r))) },
        ] as const)
      : []),
  ]);

  return (
    <>
      <div ref={scroller} className={`tasks ${bulk ? 'any-selected' : ''}`}>
        <div className="tgrid" role="grid" aria-label={t('list.name')} aria-rowcount={hasMore ? -1 : rows.length + 1} aria-multiselectable="true">
          <div role="rowgroup" style={{ display: 'contents' }}>
            <Head sort={sort} onSort={onSort} all={rows.length > 0 && chosen.length === rows.length} some={bulk} onAll={all} />
          </div>
          <div role="rowgroup" className="tbody" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = rows[item.index]!;
              return (
                <Row
                  key={row.id}
                  row={row}
                  index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  cursor={row.id === cursorId}
                  stop={row.id === cursorId || (index < 0 && item.index === 0)}
                  selected={selected.has(row.id)}
                  mark={marks[row.id]}
                  waiting={waiting.has(row.id)}
                  menu={menu?.id === row.id ? menu.menu : null}
                  on={on}
                  measure={phone ? virtual.measureElement : undefined}
                />
              );
            })}
          </div>
        </div>
        {loadingMore && <div className="more-row">{t('ui.loading')}</div>}
      </div>
      <BulkBar rows={chosen} onClear={clear} />
    </>
  );
}
