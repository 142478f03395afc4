import { IconCalendarPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../../api/types';
import { IconButton } from '../../../ui/Button';
import { DatePick } from '../../../ui/DateTimeField';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { Bone } from '../../../ui/states';
import { useDraggableTask, useDropPlace } from '../dnd';
import { can } from '../model';

export interface TrayWords {
  title: string;
  empty: string;
  /** What the button of a task does. */
  pick(key: string): string;
}
interface Props {
  words: TrayWords;
  rows: TaskRow[];
  over: boolean;
  pending: boolean;
  zone: string;
  onDue(row: TaskRow, day: string | null): void;
  onOpen(row: TaskRow): void;
}
const SHOWN = 60;

/** What has no day yet: from here onto a day, and back. */
export function Tray({ words, rows, over, pending, zone, onDue, onOpen }: Props) {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  const [shown, setShown] = useState(SHOWN);
  useDropPlace(ref, 'tray');
  return (
    <aside ref={ref} className="cal-tray" aria-label={words.title} data-over={over || undefined}>
      <h2>
        {words.title} <span className="muted">{rows.length}</span>
      </h2>
      {pending ? (
        <div className="col-flex" role="status" aria-label={t('ui.loading')} style={{ padding: 12 }}>
          <Bone width="80%" />
          <Bone width="60%" />
        </div>
      ) : rows.length === 0 ? (
        <p className="cal-none">{words.empty}</p>
      ) : (
        <ul>
          {rows.slice(0, shown).map((row) => (
            <TrayRow key={row.id} words={words} row={row} zone={zone} onDue={onDue} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {rows.length > shown && (
        <button type="button" className="btn btn-quiet" onClick={() => setShown(shown + SHOWN)}>
          {t('board.show_more', { count: rows.length - shown })}
        </button>
      )}
    </aside>
  );
}

export function TrayRow({ words, row, zone, onDue, onOpen }: Pick<Props, 'words' | 'zone' | 'onDue' | 'onOpen'> & { row: TaskRow }) {
  const ref = useRef<HTMLLIElement>(null);
  const [opened, setOpened] = useState(false);
  const editable = can(row, 'edit');
  useDraggableTask(ref, row.id, editable, 'tray');
  return (
    <li ref={ref} className="tray-row" data-task={row.id}>
      <PriorityIcon priority={row.priority} size={14} />
      <a
        href={`/tasks/${row.key}`}
        draggable={false}
        title={`${row.key} ${row.title}`}
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          onOpen(row);
        }}
      >
        {row.title}
      </a>
      {editable && (
        <DatePick name={words.pick(row.key)} value={null} zone={zone} opened={opened} onOpened={setOpened} onChange={(value) => value && onDue(row, value.slice(0, 10))}>
          <IconButton name={words.pick(row.key)} icon={<IconCalendarPlus size={16} stroke={1.5} aria-hidden="true" />} onClick={() => setOpened(!opened)} />
        </DatePick>
      )}
    </li>
  );
}
