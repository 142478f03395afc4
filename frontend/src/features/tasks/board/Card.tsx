import { IconArrowsMove, IconMessage2, IconUserPlus } from '@tabler/icons-react';
import { type CSSProperties, memo, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { Tag } from '../../../ui/marks';
import { People } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Due } from '../../../ui/Time';
import { useDraggableTask } from '../dnd';
import { isEnded } from '../filters';
import { can, peopleOf } from '../model';

export interface CardHandlers {
  focus(id: number): void;
  open(row: TaskRow): void;
  /** Ticks it, or all up to it. */
  select(row: TaskRow, range: boolean): void;
  menu(id: number): void;
  /** The open menu of a card, hung under it. */
  menuOf(row: TaskRow): ReactNode;
}
interface Props {
  row: TaskRow;
  index: number;
  /** The column does not say the status. */
  showStatus: boolean;
  cursor: boolean;
  stop: boolean;
  ghost: boolean;
  peeked: boolean;
  selected: boolean;
  mark?: { color: string; event: string };
  waiting: boolean;
  menu: boolean;
  on: CardHandlers;
}

export const Card = memo(function Card({ row, index, showStatus, cursor, stop, ghost, peeked, selected, mark, waiting, menu, on }: Props) {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  const movable = can(row, 'change_status') || can(row, 'edit');
  useDraggableTask(ref, row.id, movable);
  const people = peopleOf(row);
  const margin = waiting ? 'waiting' : cursor ? 'focus' : mark ? 'live' : undefined;
  const { total, done } = row.children;
  return (
    <article
      ref={ref}
      className={`bcard ${isEnded(row.status) ? 'bcard-ended' : ''}`}
      aria-label={selected ? t('board.selected', { name: `${row.key} ${row.title}` }) : `${row.key} ${row.title}`}
      data-task={row.id}
      data-index={index}
      data-margin={margin}
      data-cursor={cursor}
      data-ghost={ghost || undefined}
      data-peeked={peeked || undefined}
      data-selected={selected || undefined}
      style={mark ? ({ '--mark': mark.color } as CSSProperties) : undefined}
      tabIndex={stop ? 0 : -1}
      onFocus={() => on.focus(row.id)}
      onMouseDown={(e) => {
        // With Shift the browser would mark the text on the way.
        if (e.shiftKey && e.button === 0) e.preventDefault();
      }}
      onClick={(e) => {
        const el = e.target as Element;
        if (el.closest('button, [role="dialog"]') || !e.currentTarget.contains(el)) return;
        if (e.shiftKey || e.ctrlKey || e.metaKey) {
          // The title as well: it is most of the card. A new tab is a middle click away, or in the menu.
          e.preventDefault();
          on.select(row, e.shiftKey);
        } else if (!el.closest('a')) on.open(row);
      }}
    >
      <div className="bcard-top">
        {showStatus && (
          <span title={t(`status.${row.status}`)}>
            <StatusIcon status={row.status} />
            <span className="sr">{t(`status.${row.status}`)}</span>
          </span>
        )}
        <span title={t(`priority.${row.priority}`)}>
          <PriorityIcon priority={row.priority} />
          <span className="sr">{t(`priority.${row.priority}`)}</span>
        </span>
        <span className="nowrap muted">{row.key}</span>
        <span className="grow" />
        {people.length > 0 ? <People people={people} /> : <IconUserPlus size={16} stroke={1.5} className="muted" aria-hidden="true" />}
      </div>
      {/* A plain link: a router's own costs too much where cards come and go with the scrolling. */}
      <a
        href={`/tasks/${row.key}`}
        className="bcard-title"
        tabIndex={-1}
        draggable={false}
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          on.open(row);
        }}
      >
        {row.title}
      </a>
      {row.tags.length > 0 && (
        <div className="bcard-tags">
          {row.tags.slice(0, 3).map((tag) => (
            <Tag key={tag.id} tag={tag} />
          ))}
          {row.tags.length > 3 && (
            <span className="muted" title={row.tags.slice(3).map((x) => x.name).join(', ')}>
              +{row.tags.length - 3}
            </span>
          )}
        </div>
      )}
      {total > 0 && (
        <div className="bcard-bar" title={t('list.children')}>
          <i>
            <b style={{ width: `${(done / total) * 100}%` }} />
          </i>
          <span className="sr">{t('list.children')}</span>
          {done}/{total}
        </div>
      )}
      {(row.due_date || row.comment_count > 0) && (
        <div className="bcard-foot">
          {row.due_date && <Due at={row.due_date} overdue={row.overdue} />}
          {row.comment_count > 0 && (
            <span className="bcard-talk" title={t('list.comments')}>
              <IconMessage2 size={14} stroke={1.5} aria-hidden="true" />
              <span className="sr">{t('list.comments')}</span>
              {row.comment_count}
            </span>
          )}
        </div>
      )}
      {movable && (
        <button type="button" tabIndex={-1} className="bcard-menu" aria-label={t('board.move_of', { key: row.key })} title={t('board.move')} onClick={() => on.menu(row.id)} data-command="card.move">
          <IconArrowsMove size={16} stroke={1.5} aria-hidden="true" />
        </button>
      )}
      {menu && on.menuOf(row)}
    </article>
  );
});
