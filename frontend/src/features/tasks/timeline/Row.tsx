import type { PointerEvent } from 'react';
import type { Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { Avatar } from '../../../ui/people';
import { StatusIcon } from '../../../ui/StatusIcon';
import { isEnded } from '../filters';
import { can, ownerOf } from '../model';
import type { Grip, PlanRow } from './plan';

interface NameProps {
  item: PlanRow;
  stop: boolean;
  fold: { closed: boolean; toggle(): void; icon: Icon } | null;
  words: string;
  onFocus(): void;
  onOpen(): void;
}
/** The left end of a row, which stays while the days go by. */
export function Name({ item, stop, fold, words, onFocus, onOpen }: NameProps) {
  const { t } = useTranslation();
  const { row, depth } = item;
  const owner = ownerOf(row);
  return (
    <div className="tl-left" style={{ paddingLeft: 8 + depth * 16 }}>
      {fold ? (
        <button type="button" className="tl-fold" tabIndex={-1} aria-expanded={!fold.closed} aria-label={t('timeline.fold', { key: row.key })} onClick={fold.toggle} data-command="bar.fold">
          <fold.icon size={14} stroke={1.5} aria-hidden="true" />
        </button>
      ) : (
        <span className="tl-fold" />
      )}
      <StatusIcon status={row.status} size={14} />
      <a
        href={`/tasks/${row.key}`}
        className={`tl-name ellipsis ${isEnded(row.status) ? 'second' : ''}`}
        data-task={row.id}
        tabIndex={stop ? 0 : -1}
        title={`${row.key} ${row.title}`}
        aria-label={`${row.key} ${row.title}, ${t(`status.${row.status}`)}, ${words}`}
        onFocus={onFocus}
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          onOpen();
        }}
      >
        <span className="muted tl-key">{row.key}</span> {row.title}
      </a>
      {owner && <Avatar person={owner} size={18} />}
    </div>
  );
}

interface BarProps {
  row: TaskRow;
  left: number;
  width: number;
  held: boolean;
  label: string;
  touch: boolean;
  onGrab(event: PointerEvent, grip: Grip): void;
  onOpen(): void;
}
/** The bar: held in the middle it moves, at its ends it grows. */
export function Bar({ row, left, width, held, label, touch, onGrab, onOpen }: BarProps) {
  const { t } = useTranslation();
  const { total, done } = row.children;
  const free = can(row, 'edit') && !touch;
  return (
    <div
      className={`tl-bar ${isEnded(row.status) ? 'tl-ended' : ''}`}
      data-task={row.id}
      data-held={held || undefined}
      data-free={free || undefined}
      style={{ left, width, '--status': `var(--st-${row.status})` } as React.CSSProperties}
      title={`${row.key} ${row.title} · ${label}`}
      onPointerDown={free ? (e) => onGrab(e, 'move') : undefined}
      onDoubleClick={onOpen}
      onClick={touch ? onOpen : undefined}
    >
      {total > 0 && <i className="tl-done" style={{ width: `${(done / total) * 100}%` }} />}
      {free && <span className="tl-grip tl-grip-start" data-grip="start" title={t('timeline.grip_start')} onPointerDown={(e) => onGrab(e, 'start')} />}
      {held ? <b>{label}</b> : <span className="tl-title">{row.title}</span>}
      {free && <span className="tl-grip tl-grip-end" data-grip="end" title={t('timeline.grip_end')} onPointerDown={(e) => onGrab(e, 'end')} />}
    </div>
  );
}
