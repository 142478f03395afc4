import { IconCalendarEvent, IconFilter, IconLayoutKanban, IconTimeline } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Favourite } from '../../api/favourites';
import { useViews } from '../../api/views';
import { ProjectMark } from '../../ui/marks';
import { StatusIcon } from '../../ui/StatusIcon';
import { isMine, searchOf } from '../tasks/views/model';

const VIEW_ICONS = { table: IconFilter, board: IconLayoutKanban, calendar: IconCalendarEvent, timeline: IconTimeline } as const;

/** A favourite, wherever it leads. */
export function FavouriteLink({ favourite: f, className, withKey }: { favourite: Favourite; className: string; withKey?: boolean }) {
  const view = useViews().data?.find((v) => f.kind === 'view' && v.id === f.id);
  const look = { className, 'data-stop': true, title: f.key ? `${f.key} ${f.title}` : f.title };
  const name = <span className="label ellipsis">{f.title}</span>;
  if (f.kind === 'task')
    return (
      <Link to="/tasks/$key" params={{ key: f.key ?? String(f.id) }} activeOptions={{ includeSearch: false }} {...look}>
        <StatusIcon status={f.status ?? 'new'} />
        {withKey && <span className="home-key">{f.key}</span>}
        {name}
      </Link>
    );
  if (f.kind === 'project')
    return (
      <Link to="/projects/$id" params={{ id: f.id }} activeOptions={{ includeSearch: false }} {...look}>
        <ProjectMark project={{ id: f.id, key: f.key ?? '?' }} />
        {name}
      </Link>
    );
  const Icon = VIEW_ICONS[view?.layout ?? 'table'];
  return (
    <Link to={view && isMine(view) ? '/my' : '/tasks'} search={view ? searchOf(view) : { view: String(f.id) }} activeOptions={{ exact: true, includeSearch: true }} {...look}>
      <Icon size={16} stroke={1.5} aria-hidden="true" />
      {name}
    </Link>
  );
}
