import { IconChevronRight, IconMessage2, IconSubtask, IconUserPlus } from '@tabler/icons-react';
import { type CSSProperties, memo, type MouseEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonRef, TaskRow } from '../../../api/types';
import { hoursWords } from '../../../lib/dates';
import { Check } from '../../../ui/Field';
import { ProjectMark, Tag } from '../../../ui/marks';
import { Avatar, People } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Ago, Due } from '../../../ui/Time';
import type { Column } from '../filters';
import type { MenuPage } from '../menu/store';
import { can, peopleOf } from '../model';

export interface RowHandlers {
  select(key: string, row: TaskRow, range: boolean): void;
  focus(key: string): void;
  menu(row: TaskRow, at: Element, page: MenuPage): void;
  /** The whole page, or the panel when it stands open. */
  open(row: TaskRow): void;
  near(row: TaskRow): void;
  fold(row: TaskRow): void;
}
interface Props {
  row: TaskRow;
  /** Its place in the table: a task can stand in two groups. */
  path: string;
  index: number;
  y: number;
  depth: number;
  columns: readonly Column[];
  cursor: boolean;
  /** The row Tab goes to: the cursor, or the first. */
  stop: boolean;
  selected: boolean;
  peeked: boolean;
  color?: string;
  waiting: boolean;
  /** Children: shown, folded, or none. */
  unfolded: boolean;
  on: RowHandlers;
  measure?(el: HTMLElement | null): void;
}

/** Menus stand at the button that was pressed; the row itself stays plain, so that thousands scroll. */
export const Row = memo(function Row({ row, path, index, y, depth, columns, cursor, stop, selected, peeked, color, waiting, unfolded, on, measure }: Props) {
  const { t } = useTranslation();
  const margin = waiting ? 'waiting' : cursor ? 'focus' : color ? 'live' : undefined;
  const done = row.status === 'done' || row.status === 'closed';
  const menu = (page: MenuPage) => (e: MouseEvent) => on.menu(row, e.currentTarget, page);
  const folds = row.children.total > 0;
  return (
    <div
      ref={measure}
      role="row"
      data-index={index}
      data-task={row.id}
      data-path={path}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={selected}
      aria-expanded={folds ? unfolded : undefined}
      className={`trow ${done ? 'trow-done' : ''} ${peeked ? 'trow-peeked' : ''}`}
      style={{ transform: `translateY(${y}px)`, '--mark': color, '--depth': depth } as CSSProperties}
      data-margin={margin}
      data-cursor={cursor}
      tabIndex={stop ? 0 : -1}
      onFocus={() => on.focus(path)}
      onMouseEnter={() => on.near(row)}
      onClick={(e) => {
        if (!(e.target as Element).closest('button, input, label, a') && e.currentTarget.contains(e.target as Node)) on.open(row);
      }}
    >
      <div role="gridcell" className="cell cell-check">
        <Check hideLabel tabIndex={-1} label={t('list.select', { key: row.key })} checked={selected} onChange={() => undefined} onClick={(e) => on.select(path, row, e.shiftKey)} />
      </div>
      <div role="gridcell" className="cell cell-prio">
        <button type="button" tabIndex={-1} className="cell-btn" disabled={!can(row, 'edit')} aria-haspopup="listbox" aria-label={t('list.priority_of', { key: row.key, value: t(`priority.${row.priority}`) })} title={t(`priority.${row.priority}`)} onClick={menu('priority')}>
          <PriorityIcon priority={row.priority} />
        </button>
      </div>
      {columns.includes('key') && (
        <div role="gridcell" className="cell trow-key trow-key-cell">
          <span className="ellipsis">{row.key}</span>
        </div>
      )}
      <div role="gridcell" className="cell cell-title">
        <div className="trow-main grow">
          <button type="button" tabIndex={-1} className="cell-btn" disabled={!can(row, 'change_status')} aria-haspopup="listbox" aria-label={t('list.status_of', { key: row.key, value: t(`status.${row.status}`) })} title={t(`status.${row.status}`)} onClick={menu('status')}>
            <StatusIcon status={row.status} />
          </button>
          <a
            href={`/tasks/${row.key}`}
            className="trow-title ellipsis"
            title={row.title}
            tabIndex={-1}
            draggable={false}
            onClick={(e) => {
              if (e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return;
              e.preventDefault();
              on.open(row);
            }}
          >
            {row.title}
          </a>
          <span className="trow-meta">
            {folds && (
              <button type="button" tabIndex={-1} className="cell-btn sub-part" aria-label={t(unfolded ? 'list.fold_children' : 'list.unfold_children', { key: row.key, done: row.children.done, total: row.children.total })} title={t('list.children')} data-open={unfolded} onClick={() => on.fold(row)}>
                <IconChevronRight size={12} stroke={2} aria-hidden="true" className="sub-arrow" />
                <IconSubtask size={14} stroke={1.5} aria-hidden="true" />
                {row.children.done}/{row.children.total}
              </button>
            )}
            {row.comment_count > 0 && (
              <span title={t('list.comments')}>
                <IconMessage2 size={14} stroke={1.5} aria-hidden="true" />
                {row.comment_count}
              </span>
            )}
            {row.tags.length > 0 && !columns.includes('tags') && <TagsCell row={row} onClick={menu('tags')} max={1} />}
          </span>
        </div>
      </div>
      <div className="phone-meta" role="presentation">
        <span className="trow-key">{row.key}</span>
        {row.due_date && <Due at={row.due_date} overdue={row.overdue} />}
      </div>
      {columns.map((column) => column !== 'key' && <CellOf key={column} column={column} row={row} menu={menu} />)}
    </div>
  );
});

function CellOf({ column, row, menu }: { column: Column; row: TaskRow; menu(page: MenuPage): (e: MouseEvent) => void }) {
  const { t, i18n } = useTranslation();
  const cell = (className: string, inside: ReactNode) => (
    <div role="gridcell" className={`cell ${className}`}>
      {inside}
    </div>
  );
  switch (column) {
    case 'people': {
      const people = peopleOf(row);
      return cell(
        'cell-people',
        <button type="button" tabIndex={-1} className="cell-btn trow-people" disabled={!can(row, 'assign')} aria-haspopup="listbox" onClick={menu('owner')}>
          <span className="sr">{t('list.people_of', { key: row.key, value: people.length > 0 ? '' : t('field.nobody') })}</span>
          {people.length > 0 ? <People people={people} max={2} /> : <IconUserPlus size={16} stroke={1.5} className="muted" aria-hidden="true" />}
        </button>,
      );
    }
    case 'due_date':
      return cell(
        'cell-due',
        <button type="button" tabIndex={-1} className="cell-btn trow-due" disabled={!can(row, 'edit')} aria-haspopup="dialog" onClick={menu('due')}>
          <span className="sr">{t('list.due_of', { key: row.key })}</span>
          {row.due_date ? <Due at={row.due_date} overdue={row.overdue} /> : <Dash />}
        </button>,
      );
    case 'tags':
      return cell('cell-tags', row.tags.length > 0 ? <TagsCell row={row} onClick={menu('tags')} max={2} /> : <Dash />);
    case 'project':
      return cell(
        'cell-project',
        <span className="row-flex cell-words" title={row.project.name}>
          <ProjectMark project={row.project} />
          <span className="ellipsis">{row.project.name}</span>
        </span>,
      );
    case 'supervisor':
      return cell('', <Person person={row.supervisor} />);
    case 'created_by':
      return cell('', <Person person={row.created_by} />);
    case 'parent':
      return cell(
        'muted',
        row.parent ? (
          <a href={`/tasks/${row.parent.key}`} tabIndex={-1} className="ellipsis cell-parent" title={`${row.parent.key} ${row.parent.title}`}>
            {row.parent.title}
          </a>
        ) : (
          <Dash />
        ),
      );
    case 'planned':
      return cell(
        '',
        row.planned_start || row.planned_end ? (
          <span className="nowrap ellipsis">
            {row.planned_start ? <Due at={row.planned_start} /> : '…'} – {row.planned_end ? <Due at={row.planned_end} /> : '…'}
          </span>
        ) : (
          <Dash />
        ),
      );
    case 'estimated_hours':
    case 'actual_hours':
      return cell('cell-number', row[column] === null ? <Dash /> : t('ui.hours', { value: hoursWords(row[column]!, i18n.language) }));
    case 'created_at':
    case 'updated_at':
      return cell('muted col-updated', <Ago at={row[column]} />);
    default:
      return null;
  }
}

function TagsCell({ row, onClick, max }: { row: TaskRow; onClick(e: MouseEvent): void; max: number }) {
  const { t } = useTranslation();
  return (
    <button type="button" tabIndex={-1} className="cell-btn tag-part" disabled={!can(row, 'edit')} aria-haspopup="listbox" onClick={onClick}>
      <span className="sr">{t('list.tags_of', { key: row.key, value: row.tags.map((x) => x.name).join(', ') })}</span>
      {row.tags.slice(0, max).map((tag) => (
        <Tag key={tag.id} tag={tag} />
      ))}
      {row.tags.length > max && <span title={row.tags.slice(max).map((x) => x.name).join(', ')}>+{row.tags.length - max}</span>}
    </button>
  );
}
function Person({ person }: { person: PersonRef | null }) {
  if (!person) return <Dash />;
  return (
    <span className="row-flex cell-words">
      <Avatar person={person} size={18} />
      <span className="ellipsis">{person.name}</span>
    </span>
  );
}
const Dash = () => <span className="muted">—</span>;
