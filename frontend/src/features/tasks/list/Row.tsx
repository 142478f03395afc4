import { IconMessage2, IconSubtask, IconUserPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type CSSProperties, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskInput, TaskRow } from '../../../api/types';
import { Check } from '../../../ui/Field';
import { Tag } from '../../../ui/marks';
import { People } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Ago, Due } from '../../../ui/Time';
import { useDateCtx } from '../../../ui/useDateCtx';
import { DatePick } from '../../../ui/DateTimeField';
import { can, ownerOf, peopleOf } from '../model';
import { PersonPicker, PriorityPicker, StatusPicker, TagsPicker } from '../pickers';

export type RowMenu = 'status' | 'priority' | 'owner' | 'due' | 'tags';
export interface RowHandlers {
  select(row: TaskRow, range: boolean): void;
  focus(id: number): void;
  menu(id: number, menu: RowMenu | null): void;
  change(row: TaskRow, input: TaskInput): void;
  status(row: TaskRow, status: TaskRow['status']): void;
  open(row: TaskRow): void;
}
interface Props {
  row: TaskRow;
  index: number;
  style: CSSProperties;
  cursor: boolean;
  /** The row Tab goes to: the cursor, or the first. */
  stop: boolean;
  selected: boolean;
  mark?: { color: string; event: string };
  waiting: boolean;
  menu: RowMenu | null;
  on: RowHandlers;
  measure?(el: HTMLElement | null): void;
}

export const Row = memo(function Row({ row, index, style, cursor, stop, selected, mark, waiting, menu, on, measure }: Props) {
  const { t } = useTranslation();
  const { zone } = useDateCtx();
  const editable = can(row, 'edit');
  const toggle = (name: RowMenu) => (opened: boolean) => on.menu(row.id, opened ? name : null);
  const margin = waiting ? 'waiting' : cursor ? 'focus' : mark ? 'live' : undefined;
  const done = row.status === 'done' || row.status === 'closed';
  const people = peopleOf(row);
  return (
    <div
      ref={measure}
      role="row"
      data-index={index}
      data-task={row.id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`trow ${done ? 'trow-done' : ''}`}
      style={{ ...style, '--mark': mark?.color } as CSSProperties}
      data-margin={margin}
      data-cursor={cursor}
      tabIndex={stop ? 0 : -1}
      onFocus={() => on.focus(row.id)}
      onClick={(e) => {
        if (!(e.target as Element).closest('button, input, label, a, [role="dialog"]') && e.currentTarget.contains(e.target as Node)) on.open(row);
      }}
    >
      <div role="gridcell" className="cell cell-check">
        <Check
          hideLabel
          tabIndex={-1}
          label={t('list.select', { key: row.key })}
          checked={selected}
          onChange={() => undefined}
          onClick={(e) => on.select(row, e.shiftKey)}
        />
      </div>
      <div role="gridcell" className="cell cell-prio">
        <PriorityPicker opened={menu === 'priority'} onOpened={toggle('priority')} value={row.priority} onPick={(priority) => on.change(row, { priority })}>
          <button type="button" tabIndex={-1} className="cell-btn" disabled={!editable} aria-label={t('list.priority_of', { key: row.key, value: t(`priority.${row.priority}`) })} title={t(`priority.${row.priority}`)} onClick={() => on.menu(row.id, 'priority')}>
            <PriorityIcon priority={row.priority} />
          </button>
        </PriorityPicker>
      </div>
      <div role="gridcell" className="cell trow-key trow-key-cell">
        <span className="ellipsis">{row.key}</span>
      </div>
      <div role="gridcell" className="cell cell-title">
        <div className="trow-main grow">
          <StatusPicker task={row} opened={menu === 'status'} onOpened={toggle('status')} onPick={(status) => on.status(row, status)}>
            <button type="button" tabIndex={-1} className="cell-btn" disabled={!can(row, 'change_status')} aria-label={t('list.status_of', { key: row.key, value: t(`status.${row.status}`) })} title={t(`status.${row.status}`)} onClick={() => on.menu(row.id, 'status')}>
              <StatusIcon status={row.status} />
            </button>
          </StatusPicker>
          <Link to="/tasks/$key" params={{ key: row.key }} className="trow-title ellipsis" title={row.title} tabIndex={-1}>
            {row.title}
          </Link>
          <span className="trow-meta">
            {row.children.total > 0 && (
              <span title={t('list.children')}>
                <IconSubtask size={14} stroke={1.5} aria-hidden="true" />
                {row.children.done}/{row.children.total}
              </span>
            )}
            {row.comment_count > 0 && (
              <span title={t('list.comments')}>
                <IconMessage2 size={14} stroke={1.5} aria-hidden="true" />
                {row.comment_count}
              </span>
            )}
            {(row.tags.length > 0 || menu === 'tags') && (
              <TagsPicker value={row.tags} opened={menu === 'tags'} onOpened={toggle('tags')} onPick={(tag_ids) => on.change(row, { tag_ids })}>
                <button type="button" tabIndex={-1} className="cell-btn tag-part" disabled={!editable} onClick={() => on.menu(row.id, 'tags')}>
                  <span className="sr">{t('list.tags_of', { key: row.key, value: row.tags.map((x) => x.name).join(', ') })}</span>
                  {row.tags[0] && <Tag tag={row.tags[0]} />}
                  {row.tags.length > 1 && <span title={row.tags.slice(1).map((x) => x.name).join(', ')}>+{row.tags.length - 1}</span>}
                </button>
              </TagsPicker>
            )}
          </span>
        </div>
      </div>
      <div className="phone-meta" role="presentation">
        <span className="trow-key">{row.key}</span>
        {row.due_date && <Due at={row.due_date} overdue={row.overdue} />}
      </div>
      <div role="gridcell" className="cell cell-people">
        <PersonPicker name={t('field.owner')} value={ownerOf(row)} project={row.project.id} opened={menu === 'owner'} onOpened={toggle('owner')} onPick={(owner_id) => on.change(row, { owner_id })}>
          <button type="button" tabIndex={-1} className="cell-btn trow-people" disabled={!can(row, 'assign')} onClick={() => on.menu(row.id, 'owner')}>
            <span className="sr">{t('list.people_of', { key: row.key, value: people.length > 0 ? '' : t('field.nobody') })}</span>
            {people.length > 0 ? <People people={people} /> : <IconUserPlus size={16} stroke={1.5} className="muted" aria-hidden="true" />}
          </button>
        </PersonPicker>
      </div>
      <div role="gridcell" className="cell cell-due">
        <DatePick name={t('field.due_date')} value={row.due_date} zone={zone} opened={menu === 'due'} onOpened={toggle('due')} onChange={(due_date) => on.change(row, { due_date })}>
          <button type="button" tabIndex={-1} className="cell-btn trow-due" disabled={!editable} onClick={() => on.menu(row.id, 'due')}>
            <span className="sr">{t('list.due_of', { key: row.key })}</span>
            {row.due_date ? <Due at={row.due_date} overdue={row.overdue} /> : <span className="muted">—</span>}
          </button>
        </DatePick>
      </div>
      <div role="gridcell" className="cell col-updated muted">
        <Ago at={row.updated_at} />
      </div>
    </div>
  );
});
