import { IconChecklist, IconCircleCheck, IconGitMerge, IconMailX, IconSearch, IconSettings, IconTag, IconTemplate } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../api/connection';
import { queue } from '../../api/queue';
import { useMe, useProjects } from '../../api/refs';
import { useStore } from '../../lib/store';
import { Mark, PRODUCT } from '../../ui/Brand';
import { Keys, ProjectMark } from '../../ui/marks';
import { Avatar } from '../../ui/people';
import { overlay } from './useGlobalCommands';
import { useExchangeAllowed, useExchangeStatus } from './useExchangeAllowed';

const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

export function SideBar() {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const exchange = useExchangeAllowed();
  const status = useExchangeStatus(exchange);
  const live = useLiveState();
  const waits = useStore(queue).length;
  return (
    <nav className="side" aria-label={t('nav.main')}>
      <div className="side-head">
        <Mark size={20} />
        <span className="label ellipsis">{me.accounts[0]?.name ?? PRODUCT}</span>
      </div>
      <button type="button" className="side-search" onClick={() => overlay.set('palette')} title={t('nav.search')}>
        <IconSearch {...icon} />
        <span className="label grow" style={{ textAlign: 'left' }}>
          {t('nav.search')}
        </span>
        <Keys keys="Mod+KeyK" />
      </button>
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
      {(projects.data?.length ?? 0) > 0 && <h2>{t('nav.projects')}</h2>}
      {projects.data?.map((project) => (
        <Link key={project.id} to="/tasks" search={{ project: String(project.id), open: 'true' }} className="nav" activeOptions={{ includeSearch: true, exact: false }} title={project.name}>
          <ProjectMark project={project} />
          <span className="label ellipsis">{project.name}</span>
          <span className="nav-count">{project.open_tasks}</span>
        </Link>
      ))}
      {exchange && (
        <>
          <h2>{t('nav.exchange')}</h2>
          <Link to="/exchange/conflicts" className="nav" title={t('nav.conflicts')}>
            <IconGitMerge {...icon} />
            <span className="label ellipsis">{t('nav.conflicts')}</span>
            {(status.data?.conflicts_open ?? 0) > 0 && <span className="nav-badge warn">{status.data!.conflicts_open}</span>}
          </Link>
          <Link to="/exchange/dead-letters" className="nav" title={t('nav.dead_letters')}>
            <IconMailX {...icon} />
            <span className="label ellipsis">{t('nav.dead_letters')}</span>
            {(status.data?.inbound.dead_letters_open ?? 0) > 0 && <span className="nav-badge danger">{status.data!.inbound.dead_letters_open}</span>}
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
