import { Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../../../lib/store';
import { Button, IconButton } from '../../../ui/Button';
import { Check } from '../../../ui/Field';
import { type Column, COLUMNS, type TaskSearch, withMember } from '../filters';
import { columnPrefs, columnsOf, moved, USUAL, writeColumns } from './columns';

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch, replace?: boolean): void;
  opened: boolean;
  onOpened(opened: boolean): void;
  children: ReactElement;
}

/** Which columns, in which order; whether sub-tasks stand by themselves. */
export default function Display({ search, onSearch, opened, onOpened, children }: Props) {
  const { t } = useTranslation();
  const prefs = useStore(columnPrefs);
  const cols = columnsOf(search, prefs);
  const [over, setOver] = useState<Column | null>(null);
  const dragged = useRef<Column | null>(null);
  const set = (next: Column[]) => {
    columnPrefs.set((now) => ({ ...now, cols: next }));
    onSearch(withMember(search, 'cols', writeColumns(next)), true);
  };
  const order = [...cols, ...COLUMNS.filter((c) => !cols.includes(c))];
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-end" offset={4} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={t('list.display')}>
        <div
          className="display-panel"
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            e.stopPropagation();
            onOpened(false);
          }}
        >
          <Check label={t('list.sub_fold')} checked={search.sub === 'fold'} onChange={() => onSearch(withMember(search, 'sub', search.sub === 'fold' ? undefined : 'fold'))} data-autofocus />
          <h3>{t('list.columns')}</h3>
          <ul>
            {order.map((column, i) => {
              const on = cols.includes(column);
              const moves = on && column !== 'key';
              const name = t(`field.${column}`);
              return (
                <li
                  key={column}
                  draggable={moves}
                  data-over={over === column || undefined}
                  onDragStart={(e) => {
                    dragged.current = column;
                    e.dataTransfer.effectAllowed = 'move';
                    e.dataTransfer.setData('text/plain', name);
                  }}
                  onDragOver={(e) => {
                    if (!dragged.current || !moves) return;
                    e.preventDefault();
                    setOver(column);
                  }}
                  onDragLeave={() => setOver(null)}
                  onDragEnd={() => setOver(null)}
                  onDrop={(e) => {
                    e.preventDefault();
                    setOver(null);
                    const what = dragged.current;
                    if (!what || what === column) return;
                    set(moved(cols, what, cols.indexOf(what) < i ? (cols[i + 1] ?? null) : column));
                  }}
                >
                  <span className="display-grip" data-on={moves}>
                    <IconGripVertical size={14} stroke={1.5} aria-hidden="true" />
                  </span>
                  <Check label={name} checked={on} onChange={() => set(on ? cols.filter((c) => c !== column) : [...cols, column])} />
                  <span className="grow" />
                  {moves && (
                    <>
                      <IconButton name={t('list.column_left', { name })} icon={<IconArrowUp size={14} stroke={1.5} />} disabled={cols.filter((c) => c !== 'key').indexOf(column) === 0} onClick={() => set(moved(cols, column, cols[i - 1] ?? null))} />
                      <IconButton name={t('list.column_right', { name })} icon={<IconArrowDown size={14} stroke={1.5} />} disabled={i === cols.length - 1} onClick={() => set(moved(cols, column, cols[i + 2] ?? null))} />
                    </>
                  )}
                </li>
              );
            })}
          </ul>
          <Button
            kind="quiet"
            onClick={() => {
              columnPrefs.set({ cols: USUAL, widths: {} });
              onSearch(withMember(search, 'cols', undefined), true);
            }}
          >
            {t('list.columns_reset')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
