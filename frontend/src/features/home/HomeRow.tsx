import { IconSubtask } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRow } from '../../api/types';
import { useStore } from '../../lib/store';
import { PriorityIcon } from '../../ui/PriorityIcon';
import { StatusIcon } from '../../ui/StatusIcon';
import { Due } from '../../ui/Time';
import { marks } from '../tasks/live';
import { openTaskMenu } from '../tasks/menu/store';
import { can } from '../tasks/model';

/** A task on Home: what to do, where from, until when. Its status changes in place. */
export const HomeRow = memo(function HomeRow({ row, note }: { row: TaskRow; note?: ReactNode }) {
  const { t } = useTranslation();
  const mark = useStore(marks)[row.id];
  return (
    <li className="hrow" data-task={row.id} data-margin={mark ? 'live' : undefined} style={{ '--mark': mark?.color } as React.CSSProperties}>
      <span className="hrow-prio" title={t(`priority.${row.priority}`)}>
        <PriorityIcon priority={row.priority} />
      </span>
      <span className="hrow-key">{row.key}</span>
      <button
        type="button"
        className="hrow-status"
        disabled={!can(row, 'change_status')}
        aria-label={t('list.status_of', { key: row.key, value: t(`status.${row.status}`) })}
        title={t(`status.${row.status}`)}
        onClick={(e) => openTaskMenu([row], e.currentTarget, 'status')}
      >
        <StatusIcon status={row.status} />
      </button>
      <Link to="/tasks/$key" params={{ key: row.key }} className="hrow-title ellipsis" title={row.title} data-stop>
        {row.title}
      </Link>
      <span className="hrow-sub">
        {row.children.total > 0 && (
          <>
            <IconSubtask size={14} stroke={1.5} aria-hidden="true" />
            {row.children.done}/{row.children.total}
          </>
        )}
      </span>
      <span className="hrow-project ellipsis">{row.project.name}</span>
      <span className="hrow-due">{note ?? (row.due_date && <Due at={row.due_date} overdue={row.overdue} />)}</span>
    </li>
  );
});
