import { IconAlertTriangle, IconArrowBarRight } from '@tabler/icons-react';
import { type CSSProperties, memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../../ui/people';
import { StatusIcon } from '../../../ui/StatusIcon';
import { dayText } from '../../../lib/week';
import { useDraggableTask } from '../dnd';
import { isEnded } from '../filters';
import { can, ownerOf } from '../model';
import type { Entry } from './entries';

export interface ChipHandlers {
  focus(key: string): void;
  open(entry: Entry): void;
}
interface Props {
  entry: Entry;
  /** Two lines: there is room for key and hour. */
  tall?: boolean;
  before?: boolean;
  after?: boolean;
  cursor: boolean;
  stop: boolean;
  ghost: boolean;
  mark?: { color: string; event: string };
  waiting: boolean;
  style?: CSSProperties;
  on: ChipHandlers;
}

/** A task in a day: due there, or a bar over the days it is planned for. */
export const Chip = memo(function Chip({ entry, tall, before, after, cursor, stop, ghost, mark, waiting, style, on }: Props) {
  const { t, i18n } = useTranslation();
  const ref = useRef<HTMLAnchorElement>(null);
  const { row, kind, time } = entry;
  useDraggableTask(ref, row.id, can(row, 'edit'), kind);
  const owner = ownerOf(row);
  const late = kind === 'due' && row.overdue;
  const day = (iso: string) => dayText(iso, i18n.language, { day: 'numeric', month: 'long' });
  const when = kind === 'due' ? t(late ? 'calendar.late_on' : 'calendar.due_on', { day: day(entry.from) + (time ? `, ${time}` : '') }) : t('calendar.planned_on', { from: day(entry.from), to: day(entry.to) });
  return (
    <a
      ref={ref}
      href={`/tasks/${row.key}`}
      className={`chip-task chip-${kind} ${isEnded(row.status) ? 'chip-ended' : ''} ${late ? 'chip-late' : ''} ${tall ? 'chip-tall' : ''}`}
      data-task={row.id}
      data-entry={entry.key}
      data-margin={waiting ? 'waiting' : cursor ? 'focus' : mark ? 'live' : undefined}
      data-ghost={ghost || undefined}
      data-before={before || undefined}
      data-after={after || undefined}
      style={{ ...style, '--status': `var(--st-${row.status})`, '--mark': mark?.color } as CSSProperties}
      tabIndex={stop ? 0 : -1}
      aria-label={`${row.key} ${row.title}, ${t(`status.${row.status}`)}, ${when}`}
      title={`${row.key} ${row.title} · ${when}`}
      onFocus={() => on.focus(entry.key)}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        on.open(entry);
      }}
    >
      <span className="chip-line">
        {before && <IconArrowBarRight size={12} stroke={1.5} aria-hidden="true" />}
        {late ? <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" /> : <StatusIcon status={row.status} size={14} />}
        {time && !tall && <span className="chip-time">{time}</span>}
        <span className="chip-title">{row.title}</span>
        {owner && !tall && <Avatar person={owner} size={16} />}
      </span>
      {tall && (
        <span className="chip-line chip-second">
          <span className="nowrap">{row.key}</span>
          {time && <span className="chip-time">{time}</span>}
          <span className="grow" />
          {owner && <Avatar person={owner} size={16} />}
        </span>
      )}
    </a>
  );
});
