import { IconCalendarEvent, IconFilter, IconLayoutKanban, IconTimeline } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type SavedView, useViews } from '../../../api/views';
import { isMine, searchOf } from './model';

const ICON = { table: IconFilter, board: IconLayoutKanban, calendar: IconCalendarEvent, timeline: IconTimeline } as const;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/**
 * The saved views that are no favourites (those stand higher up), one's own first. For the side
 * bar, below the favourites; nothing is drawn where there are none.
 */
export function ViewList({ max = 12 }: { max?: number }) {
  const { t } = useTranslation();
  const views = useViews();
  const here = useSearch({ strict: false }) as { view?: string };
  const shown = (views.data ?? []).filter((v) => !v.favourite).sort((a, b) => Number(a.shared) - Number(b.shared) || a.name.localeCompare(b.name));
  if (shown.length === 0) return null;
  return (
    <>
      <h2>{t('view.list')}</h2>
      {shown.slice(0, max).map((view) => (
        <ViewLink key={view.id} view={view} here={here.view === String(view.id)} />
      ))}
    </>
  );
}

function ViewLink({ view, here }: { view: SavedView; here: boolean }) {
  const { t } = useTranslation();
  const Icon = ICON[view.layout] ?? IconFilter;
  return (
    <Link to={isMine(view) ? '/my' : '/tasks'} search={searchOf(view)} className={`nav ${here ? 'active' : ''}`} activeOptions={{ exact: true, includeSearch: true }} title={view.shared ? `${view.name} · ${t('view.shared_by', { name: view.owner.name })}` : view.name}>
      <Icon {...icon} />
      <span className="label ellipsis">{view.name}</span>
    </Link>
  );
}
