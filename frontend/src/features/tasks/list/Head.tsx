import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Check } from '../../../ui/Field';
import { type Column, DEFAULT_SORT, nextSort, type SortField } from '../filters';
import { MAX_WIDTH, MIN_WIDTH, SORTS, WIDTH } from './columns';

interface Props {
  sort: string | undefined;
  onSort(sort: string | undefined): void;
  columns: readonly Column[];
  widths: Partial<Record<Column, number>>;
  /** While it is pulled, and when it is let go. */
  onWidth(column: Column, width: number, last: boolean): void;
  onMove(column: Column, before: Column | null): void;
  all: boolean;
  some: boolean;
  onAll(): void;
}
const clamp = (width: number) => Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, width)));

export function Head({ sort, onSort, columns, widths, onWidth, onMove, all, some, onAll }: Props) {
  const { t } = useTranslation();
  const [over, setOver] = useState<Column | null>(null);
  const dragged = useRef<Column | null>(null);
  const now = sort ?? DEFAULT_SORT;
  const button = (field: SortField, label: string) => {
    const on = now.replace('-', '') === field;
    return (
      <button type="button" onClick={() => onSort(nextSort(sort, field))} title={t('list.sort_by', { name: label })}>
        <span className="ellipsis">{label}</span>
        {on && (now.startsWith('-') ? <IconArrowDown size={12} stroke={1.5} aria-hidden="true" /> : <IconArrowUp size={12} stroke={1.5} aria-hidden="true" />)}
      </button>
    );
  };
  const sorted = (field: SortField | undefined) => (field && now.replace('-', '') === field ? (now.startsWith('-') ? ('descending' as const) : ('ascending' as const)) : field ? ('none' as const) : undefined);
  const column = (name: Column) => {
    const label = t(`field.${name}`);
    const field = SORTS[name];
    const moves = name !== 'key';
    return (
      <div
        key={name}
        role="columnheader"
        className="cell thead-cell"
        aria-sort={sorted(field)}
        data-column={name}
        data-over={over === name || undefined}
        draggable={moves}
        onDragStart={(e: DragEvent) => {
          dragged.current = name;
          e.dataTransfer.effectAllowed = 'move';
          e.dataTransfer.setData('text/plain', label);
        }}
        onDragOver={(e) => {
          if (!dragged.current || !moves) return;
          e.preventDefault();
          setOver(name);
        }}
        onDragLeave={() => setOver(null)}
        onDragEnd={() => {
          dragged.current = null;
          setOver(null);
        }}
        onDrop={(e) => {
          e.preventDefault();
          setOver(null);
          const what = dragged.current;
          if (!what || what === name) return;
          // Dropped on one to its right, it goes behind that one.
          const [from, to] = [columns.indexOf(what), columns.indexOf(name)];
          onMove(what, from < to ? (columns[to + 1] ?? null) : name);
        }}
      >
        {field ? button(field, label) : <span className="ellipsis">{label}</span>}
        <Grip name={label} side={name === 'key' ? 1 : -1} width={widths[name] ?? WIDTH[name]} onWidth={(width, last) => onWidth(name, width, last)} />
      </div>
    );
  };
  return (
    <div role="row" aria-rowindex={1} className="thead">
      <div role="columnheader" className="cell cell-check">
        <Check
          hideLabel
          label={t('list.select_all')}
          checked={all}
          ref={(el: HTMLInputElement | null) => {
            if (el) el.indeterminate = some && !all;
          }}
          onChange={onAll}
        />
      </div>
      <div role="columnheader" className="cell" aria-sort={sorted('priority')}>
        <button type="button" aria-label={t('list.sort_by', { name: t('field.priority') })} title={t('list.sort_by', { name: t('field.priority') })} onClick={() => onSort(nextSort(sort, 'priority'))} className="thead-prio">
          {now === 'priority' ? <IconArrowUp size={12} stroke={1.5} /> : now === '-priority' ? <IconArrowDown size={12} stroke={1.5} /> : <span className="thead-tick" />}
        </button>
      </div>
      {columns.includes('key') && column('key')}
      <div role="columnheader" className="cell" aria-sort={sorted('title')}>
        {button('title', t('field.task'))}
      </div>
      {columns.filter((c) => c !== 'key').map(column)}
    </div>
  );
}

/** The edge towards the title: pulled, or moved with the arrow keys. Right of the title (-1) it is the left one. */
function Grip({ name, side, width, onWidth }: { name: string; side: 1 | -1; width: number; onWidth(width: number, last: boolean): void }) {
  const { t } = useTranslation();
  const start = useRef<{ x: number; width: number } | null>(null);
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t('list.width_of', { name })}
      aria-valuenow={width}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      tabIndex={0}
      className="thead-grip"
      data-side={side}
      draggable
      onDragStart={(e) => {
        e.preventDefault();
        e.stopPropagation();
      }}
      onPointerDown={(e: PointerEvent<HTMLDivElement>) => {
        if (e.button !== 0) return;
        e.stopPropagation();
        e.currentTarget.setPointerCapture(e.pointerId);
        start.current = { x: e.clientX, width };
      }}
      onPointerMove={(e) => {
        if (start.current) onWidth(clamp(start.current.width + side * (e.clientX - start.current.x)), false);
      }}
      onPointerUp={(e) => {
        if (!start.current) return;
        onWidth(clamp(start.current.width + side * (e.clientX - start.current.x)), true);
        start.current = null;
      }}
      onKeyDown={(e: KeyboardEvent) => {
        const step = { ArrowLeft: -8, ArrowRight: 8 }[e.key];
        if (!step) return;
        e.preventDefault();
        e.stopPropagation();
        onWidth(clamp(width + side * step), true);
      }}
    />
  );
}
