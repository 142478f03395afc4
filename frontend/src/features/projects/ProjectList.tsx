import { IconArchive, IconPlus, IconSearch } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/refs';
import { useCommands } from '../../lib/commands';
import { useDebounced, usePhone, useTitle } from '../../lib/hooks';
import { useStops } from '../../lib/rows';
import { Button } from '../../ui/Button';
import { Check } from '../../ui/Field';
import { Keys, ProjectMark } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Avatar } from '../../ui/people';
import { Bone, Empty, ErrorState } from '../../ui/states';
import { Ago } from '../../ui/Time';
import { CreateProject } from './CreateProject';
import './projects.css';
import { useProjectList } from './queries';
import { Star } from './Star';

export interface ProjectsSearch {
  q?: string;
  archived?: boolean;
}

/** All projects one can see: found by name or key, made, starred. */
export function ProjectList({ search, onSearch }: { search: ProjectsSearch; onSearch(next: ProjectsSearch): void }) {
  const { t } = useTranslation();
  useTitle(t('nav.projects'));
  const me = useMe();
  const phone = usePhone();
  const navigate = useNavigate();
  const [q, setQ] = useState(search.q ?? '');
  const settled = useDebounced(q.trim(), 200);
  useEffect(() => {
    if (settled !== (search.q ?? '')) onSearch({ ...search, q: settled || undefined });
    // Only what was typed moves the address.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const found = useProjectList(settled, search.archived ?? false);
  const list = found.data?.pages.flatMap((p) => p.items) ?? [];
  const [creating, setCreating] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const mayCreate = me.role === 'admin' || me.role === 'manager';
  const many = new Set(list.map((p) => p.account.id)).size > 1;
  const archived = () => onSearch({ ...search, archived: search.archived ? undefined : true });
  useStops(box);
  useCommands([
    ...(mayCreate ? [{ id: 'projects.new', title: 'project.new', group: 'list' as const, keys: 'Shift+KeyN', run: () => setCreating(true) }] : []),
    { id: 'list.search', run: () => input.current?.focus() },
    { id: 'projects.archived', title: 'project.cmd_archived', group: 'list', run: archived },
  ]);
  const create = mayCreate && (
    <Button kind="primary" command="projects.new" keys={phone ? undefined : 'Shift+KeyN'} icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('project.new')}
    </Button>
  );
  let body;
  if (found.isPending)
    body = (
      <div className="plist" role="status" aria-label={t('ui.loading')}>
        {Array.from({ length: 6 }, (_, i) => (
          <div key={i} className="prow">
            <Bone width={16} height={16} />
            <Bone width={`${60 - ((i * 13) % 30)}%`} />
          </div>
        ))}
      </div>
    );
  else if (found.isError && list.length === 0) body = <ErrorState title={t('project.list_failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else if (list.length === 0)
    body = (
      <Empty title={t(settled ? 'project.none_found' : 'project.none')} text={t(settled ? 'project.none_found_text' : mayCreate ? 'project.none_text' : 'project.none_worker')}>
        {settled && <Button onClick={() => setQ('')}>{t('ui.clear')}</Button>}
        {create}
      </Empty>
    );
  else
    body = (
      <div className="plist" ref={box} data-many={many || undefined}>
        <div className="prow prow-head" aria-hidden="true">
          <span />
          <span>{t('field.project')}</span>
          {many && <span className="prow-account">{t('project.account')}</span>}
          <span className="prow-manager">{t('project.manager')}</span>
          <span className="prow-num">{t('project.open_tasks')}</span>
          <span className="prow-when">{t('project.changed')}</span>
          <span />
        </div>
        <ul>
          {list.map((p) => (
            <li key={p.id} className="prow" data-archived={p.archived_at ? true : undefined}>
              <ProjectMark project={p} />
              <span className="prow-main">
                <Link to="/projects/$id" params={{ id: p.id }} className="prow-name ellipsis" data-stop title={p.name}>
                  {p.name}
                </Link>
                <span className="prow-key">{p.key}</span>
                {p.archived_at && (
                  <span className="small muted row-flex">
                    <IconArchive size={14} stroke={1.5} aria-hidden="true" />
                    {t('project.archived')}
                  </span>
                )}
              </span>
              {many && <span className="prow-account ellipsis second">{p.account.name}</span>}
              <span className="prow-manager">
                {p.manager && (
                  <>
                    <Avatar person={p.manager} size={20} /> <span className="ellipsis second">{p.manager.name}</span>
                  </>
                )}
              </span>
              <Link to="/tasks" search={{ project: String(p.id), open: 'true' }} className="prow-num" aria-label={t('project.open_of', { count: p.open_tasks, name: p.name })}>
                {p.open_tasks}
              </Link>
              <span className="prow-when muted">
                <Ago at={p.updated_at} />
              </span>
              <Star kind="project" id={p.id} title={p.name} extra={p.key} />
            </li>
          ))}
        </ul>
        {found.hasNextPage && (
          <Button kind="quiet" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('ui.more')}
          </Button>
        )}
      </div>
    );
  return (
    <Page
      title={t('nav.projects')}
      actions={create}
      toolbar={
        <>
          <label className="pfind">
            <IconSearch size={16} stroke={1.5} className="muted" aria-hidden="true" />
            <input ref={input} type="search" aria-label={t('project.find')} placeholder={t('project.find')} value={q} onChange={(e) => setQ(e.target.value)} onKeyDown={(e) => e.key === 'Escape' && (q ? setQ('') : e.currentTarget.blur())} />
          </label>
          <Check label={t('project.with_archived')} data-command="projects.archived" checked={search.archived ?? false} onChange={archived} />
        </>
      }
      footer={
        !phone &&
        list.length > 0 && (
          <>
            <span>{t(found.hasNextPage ? 'project.count_more' : 'project.count', { count: list.length })}</span>
            <span className="hints">
              <Keys keys="KeyJ" /> <Keys keys="KeyK" /> {t('list.hint_rows')}
            </span>
          </>
        )
      }
    >
      {body}
      {creating && (
        <CreateProject
          onClose={() => setCreating(false)}
          onCreated={(p) => {
            setCreating(false);
            void navigate({ to: '/projects/$id', params: { id: p.id }, search: { tab: 'members' } });
          }}
        />
      )}
    </Page>
  );
}
