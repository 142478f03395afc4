import { IconArrowLeft, IconChecklist, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { useCommands } from '../../lib/commands';
import { usePhone, useTitle } from '../../lib/hooks';
import { Button } from '../../ui/Button';
import { ProjectMark } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Empty, ErrorState, LinesSkeleton } from '../../ui/states';
import { Members } from './Members';
import { Overview } from './Overview';
import './projects.css';
import { useProject } from './queries';
import { Reassign } from './Reassign';
import { Settings } from './Settings';
import { Star, useStar } from './Star';

export const TABS = ['overview', 'members', 'settings'] as const;
export type Tab = (typeof TABS)[number];

/** One project: how it stands, who is in it, what holds for it. */
export function ProjectPage({ id, tab, onCreateTask }: { id: number; tab: Tab; onCreateTask(project: number): void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const navigate = useNavigate();
  const found = useProject(id);
  const project = found.data;
  useTitle(project ? `${project.name} · ${t(`project.tab.${tab}`)}` : t('nav.projects'));
  const star = useStar('project', id, project?.name ?? '', project?.key);
  const [dealing, setDealing] = useState(false);
  const may = (action: string) => project?.allowed_actions.includes(action) ?? false;
  const go = (next: Tab) => void navigate({ to: '/projects/$id', params: { id }, search: next === 'overview' ? {} : { tab: next } });
  const live = project !== undefined && !project.archived_at;
  const create = () => onCreateTask(id);
  useCommands(
    project
      ? [
          ...TABS.map((name, i) => ({ id: `project.${name}`, title: `project.cmd_${name}`, titleArgs: { name: project.name }, group: 'go' as const, keys: `Digit${i + 1}`, run: () => go(name) })),
          { id: 'project.tasks', title: 'project.cmd_tasks', titleArgs: { name: project.name }, group: 'go', keys: 'KeyO', run: () => void navigate({ to: '/tasks', search: { project: String(id), open: 'true' } }) },
          { id: 'project.star', title: star.on ? 'star.remove' : 'star.add', titleArgs: { name: project.name }, group: 'view', run: star.toggle },
          ...(live && may('create_task') ? [{ id: 'task.create', run: create }] : []),
          ...(live && may('reassign') ? [{ id: 'project.reassign', title: 'project.cmd_reassign', titleArgs: { name: project.name }, group: 'list' as const, run: () => setDealing(true) }] : []),
        ]
      : [],
  );
  if (!project)
    return (
      <Page title={t('nav.projects')}>
        {found.isPending ? (
          <LinesSkeleton lines={7} />
        ) : asProblem(found.error).status === 404 ? (
          <Empty title={t('project.not_found')} text={t('project.not_found_text')}>
            <Link to="/projects" className="btn btn-default">
              {t('nav.projects')}
            </Link>
          </Empty>
        ) : (
          <ErrorState title={t('project.failed')} error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  return (
    <Page
      lead={
        phone ? (
          <Link to="/projects" className="btn btn-quiet btn-icon" aria-label={t('ui.back')}>
            <IconArrowLeft size={20} stroke={1.5} aria-hidden="true" />
          </Link>
        ) : undefined
      }
      title={
        <span className="pcrumb">
          {!phone && (
            <>
              <Link to="/projects" className="pcrumb-up">
                {t('nav.projects')}
              </Link>
              <span className="muted">/</span>
            </>
          )}
          <ProjectMark project={project} />
          <span className="ellipsis">{project.name}</span>
          <span className="prow-key">{project.key}</span>
        </span>
      }
      actions={
        <>
          <Star kind="project" id={id} title={project.name} extra={project.key} command="project.star" />
          <Link to="/tasks" search={{ project: String(id), open: 'true' }} className="btn btn-default" data-command="project.tasks" aria-label={t('nav.tasks')}>
            <IconChecklist size={16} stroke={1.5} aria-hidden="true" />
            {!phone && t('nav.tasks')}
          </Link>
          {live && may('create_task') && !phone && (
            <Button kind="primary" command="task.create" keys="KeyC" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} onClick={create}>
              {t('create.button')}
            </Button>
          )}
        </>
      }
      toolbar={
        <nav className="ptabs" aria-label={t('project.tabs')}>
          {TABS.map((name) => (
            <Link key={name} to="/projects/$id" params={{ id }} search={name === 'overview' ? {} : { tab: name }} replace data-command={`project.${name}`} className="ptab" activeOptions={{ exact: true, includeSearch: true }}>
              {t(`project.tab.${name}`)}
            </Link>
          ))}
        </nav>
      }
    >
      {project.archived_at && <p className="parchived">{t('project.is_archived')}</p>}
      {tab === 'overview' && <Overview project={project} />}
      {tab === 'members' && <Members project={project} onReassign={live && may('reassign') ? () => setDealing(true) : undefined} />}
      {tab === 'settings' && <Settings key={project.version} project={project} />}
      {dealing && <Reassign project={project} onClose={() => setDealing(false)} />}
    </Page>
  );
}
