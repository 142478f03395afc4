import { IconChartBar, IconChecklist, IconCircleCheck, IconGitMerge, IconHome, IconMailX, IconSearch, IconSettings, IconSettings2, IconTag, IconTemplate } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../api/connection';
import { queue } from '../../api/queue';
import { useFavourites } from '../../api/favourites';
import { useMe, useProjects } from '../../api/refs';
import { useExchangeAllowed, useExchangeLine } from '../../features/exchange/queries';
import { FavouriteLink } from '../../features/home/FavouriteLink';
import { ViewList } from '../../features/tasks/views/ViewList';
import { useStore } from '../../lib/store';
import { Mark, PRODUCT } from '../../ui/Brand';
import { Keys, ProjectMark } from '../../ui/marks';
import { Avatar } from '../../ui/people';
import { openPalette } from './useGlobalCommands';

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
/** As many as one looks over; the rest is on the page of projects. */
const SHOWN = 8;

export function SideBar() {
  const { t } = useTranslation();
  const me = useMe();
  const favourites = useFavourites();
  const exchange = useExchangeAllowed();
  const status = useExchangeLine(exchange);
  const live = useLiveState();
  const waits = useStore(queue).length;
  // One account gives the place its name; who sees several is in none of them.
  const [account, ...more] = me.accounts;
  const place = account && more.length === 0 ? account.name : PRODUCT;
  return (
    <nav className="side" aria-label={t('nav.main')}>
      <div className="side-head" title={more.length > 0 ? me.accounts.map((a) => a.name).join(', ') : place}>
        <Mark size={20} />
        <span className="label side-place">
          <span className="ellipsis">{place}</span>
          {more.length > 0 && <span className="side-accounts">{t('nav.accounts', { count: me.accounts.length })}</span>}
        </span>
      </div>
      <button type="button" className="side-search" onClick={openPalette} title={t('nav.search')}>
        <IconSearch {...icon} />
        <span className="label grow" style={{ textAlign: 'left' }}>
          {t('nav.search')}
        </span>
        <Keys keys="Mod+KeyK" />
      </button>
      <Link to="/" className="nav" activeOptions={{ exact: true }} title={t('nav.home')}>
        <IconHome {...icon} />
        <span className="label ellipsis">{t('nav.home')}</span>
      </Link>
      <Link to="/my" search={{ open: 'true' }} className="nav" activeOptions={{ includeSearch: false }} title={t('nav.my')}>
        <IconCircleCheck {...icon} />
        <span className="label ellipsis">{t('nav.my')}</span>
      </Link>
      <Link to="/tasks" search={{}} className="nav" activeOptions={{ exact: true, includeSearch: true }} title={t('nav.tasks')}>
        <IconChecklist {...icon} />
        <span className="label ellipsis">{t('nav.tasks')}</span>
      </Link>
      <Link to="/templates" className="nav" title={t('nav.templates')}>
        <IconTemplate {...icon} />
        <span className="label ellipsis">{t('nav.templates')}</span>
      </Link>
      <Link to="/tags" className="nav" title={t('nav.tags')}>
        <IconTag {...icon} />
        <span className="label ellipsis">{t('nav.tags')}</span>
      </Link>
      {(favourites.data?.length ?? 0) > 0 && (
        <>
          <h2>{t('nav.favourites')}</h2>
          {favourites.data!.slice(0, SHOWN).map((f) => (
            <FavouriteLink key={`${f.kind}${f.id}`} favourite={f} className="nav" />
          ))}
        </>
      )}
      <ViewList />
      <Projects many={more.length > 0} />
      {exchange && (
        <>
          <h2>{t('nav.exchange')}</h2>
          <Link to="/exchange/conflicts" className="nav" activeOptions={{ includeSearch: false }} title={t('nav.conflicts')}>
            <IconGitMerge {...icon} />
            <span className="label ellipsis">{t('nav.conflicts')}</span>
            {(status.data?.conflicts_open ?? 0) > 0 && <span className="nav-badge warn">{status.data!.conflicts_open}</span>}
          </Link>
          <Link to="/exchange/dead-letters" className="nav" activeOptions={{ includeSearch: false }} title={t('nav.dead_letters')}>
            <IconMailX {...icon} />
            <span className="label ellipsis">{t('nav.dead_letters')}</span>
            {(status.data?.inbound.dead_letters_open ?? 0) > 0 && <span className="nav-badge danger">{status.data!.inbound.dead_letters_open}</span>}
          </Link>
          <Link to="/exchange/rules" className="nav" activeOptions={{ includeSearch: false }} title={t('nav.rules')}>
            <IconSettings2 {...icon} />
            <span className="label ellipsis">{t('nav.rules')}</span>
          </Link>
        </>
      )}
      <div className="side-foot">
        <Link to="/settings" className="nav" title={t('nav.settings')}>
          <IconSettings {...icon} />
          <span className="label ellipsis">{t('nav.settings')}</span>
        </Link>
        <hr />
        <Link to="/settings" className="nav side-me" title={`${me.name} · ${t(`live.${live}`)}`}>
          <Avatar person={me} size={24} />
          <span className="label ellipsis grow">{me.name}</span>
          {waits > 0 && (
            <span className="nav-badge warn" title={t('offline.wait', { count: waits })}>
              {waits}
            </span>
          )}
          <span className="dot" data-live={live} role="img" aria-label={t(`live.${live}`)} />
        </Link>
      </div>
    </nav>
  );
}

/** The projects with most to do; a click leads to the open tasks, the small mark beside it to the numbers. */
function Projects({ many }: { many: boolean }) {
  const { t } = useTranslation();
  const projects = useProjects();
  const path = useLocation({ select: (l) => l.pathname });
  const all = (projects.data ?? []).filter((p) => !p.archived_at);
  const shown = all.length > SHOWN ? [...all].sort((a, b) => b.open_tasks - a.open_tasks).slice(0, SHOWN).sort((a, b) => a.key.localeCompare(b.key)) : all;
  return (
    <>
      <h2>
        <Link to="/projects" search={{}} className="side-more" title={t('nav.all_projects')}>
          {t('nav.projects')}
        </Link>
      </h2>
      {shown.map((project) => (
        <span key={project.id} className="nav-row">
          <Link
            to="/tasks"
            search={{ project: String(project.id), open: 'true' }}
            className={`nav ${path === `/projects/${project.id}` ? 'active' : ''}`}
            activeOptions={{ includeSearch: true, exact: false }}
            title={many ? `${project.name} · ${project.account.name}` : project.name}
          >
            <ProjectMark project={project} />
            <span className="label ellipsis">{project.name}</span>
            <span className="nav-count">{project.open_tasks}</span>
          </Link>
          <Link to="/projects/$id" params={{ id: project.id }} className="nav-side" aria-label={t('nav.about_project', { name: project.name })} title={t('nav.about_project', { name: project.name })}>
            <IconChartBar {...icon} />
          </Link>
        </span>
      ))}
      {(all.length > SHOWN || (projects.isSuccess && all.length === 0)) && (
        <Link to="/projects" search={{}} className="nav nav-all" title={t('nav.all_projects')} activeOptions={{ exact: true, includeSearch: false }}>
          <span className="label ellipsis">{t('nav.all_projects')}</span>
          {all.length > 0 && <span className="nav-count">{all.length}</span>}
        </Link>
      )}
    </>
  );
}
