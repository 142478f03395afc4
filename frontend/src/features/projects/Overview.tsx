import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview as Numbers, ProjectFull } from '../../api/overview';
import { STATUSES } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { hoursWords } from '../../lib/dates';
import { useStops } from '../../lib/rows';
import { Button } from '../../ui/Button';
import { Markdown } from '../../ui/Markdown';
import { Avatar } from '../../ui/people';
import { Bone, ErrorState } from '../../ui/states';
import { StatusIcon } from '../../ui/StatusIcon';
import { ActivityFeed } from './ActivityFeed';
import { DayChart } from './charts';
import { useActivity, useOverview } from './queries';

const SPANS = [14, 30, 90] as const;
const OPEN = new Set(['new', 'in_progress', 'waiting', 'testing']);

export function Overview({ project }: { project: ProjectFull }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<(typeof SPANS)[number]>(30);
  const found = useOverview(project.id, days);
  const feed = useActivity({ project: project.id, own: true });
  const box = useRef<HTMLDivElement>(null);
  useStops(box);
  useCommands(SPANS.map((n) => ({ id: `project.days.${n}`, title: 'project.cmd_days', titleArgs: { count: n }, group: 'view' as const, run: () => setDays(n) })));
  const items = feed.data?.pages.flatMap((p) => p.items) ?? [];
  if (found.isError && !found.data) return <ErrorState title={t('project.overview_failed')} error={found.error} onRetry={() => void found.refetch()} />;
  const data = found.data;
  return (
    <div className="pover" ref={box}>
      {project.description && (
        <div className="pabout">
          <Markdown text={project.description} small />
        </div>
      )}
      <Tiles project={project.id} data={data} days={days} />
      <div className="pgrid">
        <div className="pcol">
          <div className="seg pspan" role="group" aria-label={t('project.span')}>
            {SPANS.map((n) => (
              <button key={n} type="button" data-command={`project.days.${n}`} aria-pressed={n === days} onClick={() => setDays(n)}>
                {t('project.days', { count: n })}
              </button>
            ))}
          </div>
          {data ? (
            <>
              <DayChart title={t('project.burndown')} kind="line" days={data.burndown} series={[{ key: 'open', name: t('project.open'), tone: 'accent' }]} />
              <DayChart
                title={t('project.per_day')}
                kind="bars"
                days={data.burndown}
                series={[
                  { key: 'completed', name: t('project.completed'), tone: 'accent' },
                  { key: 'created', name: t('project.created_n'), tone: 'control' },
                ]}
              />
            </>
          ) : (
            [0, 1].map((i) => (
              <div key={i} className="pcard chart">
                <Bone width="100%" height={222} />
              </div>
            ))
          )}
          <section className="pcard">
            <header>
              <h2>{t('project.activity')}</h2>
            </header>
            {feed.isPending && <Bone width="60%" />}
            {feed.isError && items.length === 0 && <ErrorState title={t('project.activity_failed')} error={feed.error} onRetry={() => void feed.refetch()} />}
            {feed.isSuccess && items.length === 0 && <p className="second">{t('project.no_activity')}</p>}
            <ActivityFeed items={items} withTitle />
            {feed.hasNextPage && (
              <Button kind="quiet" disabled={feed.isFetchingNextPage} onClick={() => void feed.fetchNextPage()}>
                {t('history.more')}
              </Button>
            )}
          </section>
        </div>
        <div className="pcol">
          <ByStatus project={project.id} counts={data?.counts} />
          <People project={project.id} people={data?.people} />
        </div>
      </div>
    </div>
  );
}

function Tiles({ project, data, days }: { project: number; data?: Numbers; days: number }) {
  const { t, i18n } = useTranslation();
  const open = data ? STATUSES.reduce((sum, s) => sum + (OPEN.has(s) ? (data.counts[s] ?? 0) : 0), 0) : 0;
  const first = data?.burndown[0]?.open;
  const change = first === undefined ? 0 : open - first;
  const done = data?.burndown.reduce((sum, d) => sum + d.completed, 0) ?? 0;
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const base = { project: String(project), open: 'true' } as const;
  const tiles = [
    { name: t('project.open'), value: data && number(open), note: change === 0 ? t('project.as_before', { count: days }) : t('project.change', { value: `${change > 0 ? '+' : '−'}${number(Math.abs(change))}`, count: days }), search: base },
    { name: t('project.done_in', { count: days }), value: data && number(done), search: { project: String(project), status: 'done,closed', sort: '-updated_at' } as const },
    { name: t('project.overdue'), value: data && number(data.overdue), bad: (data?.overdue ?? 0) > 0, search: { ...base, due: 'overdue' } },
    { name: t('project.due_week'), value: data && number(data.due_this_week), search: { ...base, due: 'today..+6' } },
    { name: t('project.unassigned'), value: data && number(data.unassigned), search: { ...base, assignee: 'none' } },
    { name: t('project.hours'), value: data && t('ui.hours', { value: hoursWords(Math.round(data.actual_hours * 10) / 10, i18n.language) }), note: data && t('project.hours_of', { value: hoursWords(Math.round(data.estimated_hours * 10) / 10, i18n.language) }) },
  ];
  return (
    <div className="ptiles">
      {tiles.map((tile) => {
        const inside = (
          <>
            <span className="ptile-name">{tile.name}</span>
            <span className={`ptile-value ${tile.bad ? 'danger' : ''}`}>{tile.value ?? <Bone width={48} height={20} />}</span>
            <span className="ptile-note">{data && tile.note}</span>
          </>
        );
        return tile.search ? (
          <Link key={tile.name} to="/tasks" search={tile.search} className="ptile">
            {inside}
          </Link>
        ) : (
          <div key={tile.name} className="ptile">
            {inside}
          </div>
        );
      })}
    </div>
  );
}

function ByStatus({ project, counts }: { project: number; counts?: Numbers['counts'] }) {
  const { t } = useTranslation();
  const all = STATUSES.reduce((sum, s) => sum + (counts?.[s] ?? 0), 0);
  return (
    <section className="pcard">
      <header>
        <h2>{t('project.by_status')}</h2>
      </header>
      <div className="pbar" aria-hidden="true">
        {STATUSES.map((s) => (counts?.[s] ?? 0) > 0 && <i key={s} style={{ flexGrow: counts![s], background: `var(--st-${s})` }} />)}
      </div>
      <ul className="prows">
        {STATUSES.map((s) => (
          <li key={s}>
            <Link to="/tasks" search={{ project: String(project), status: s }} className="prows-row" data-stop>
              <StatusIcon status={s} />
              <span className="grow">{t(`status.${s}`)}</span>
              <b>{counts ? (counts[s] ?? 0) : ''}</b>
              <span className="prows-share">{all > 0 ? t('project.percent', { value: Math.round(((counts?.[s] ?? 0) / all) * 100) }) : ''}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ project, people }: { project: number; people?: Numbers['people'] }) {
  const { t } = useTranslation();
  const most = Math.max(1, ...(people ?? []).map((p) => p.open));
  return (
    <section className="pcard">
      <header>
        <h2>{t('project.people')}</h2>
      </header>
      {people?.length === 0 && <p className="second">{t('project.no_people')}</p>}
      <ul className="prows">
        {people?.map((p) => (
          <li key={p.user?.id ?? 0}>
            <Link to="/tasks" search={{ project: String(project), open: 'true', assignee: p.user ? String(p.user.id) : 'none' }} className="prows-row" data-stop>
              {p.user ? <Avatar person={p.user} size={20} /> : <span className="pnobody" aria-hidden="true" />}
              <span className="prows-name ellipsis">{p.user?.name ?? t('field.nobody')}</span>
              <span className="pmeter" aria-hidden="true">
                <i style={{ width: `${(p.open / most) * 100}%` }}>{p.overdue > 0 && <i style={{ width: `${(p.overdue / Math.max(1, p.open)) * 100}%` }} />}</i>
              </span>
              <b>{p.open}</b>
              <span className={`prows-share ${p.overdue > 0 ? 'danger' : ''}`} title={t('project.overdue')}>
                {p.overdue > 0 && (
                  <>
                    <span className="sr">{t('project.overdue')}</span> {p.overdue}
                  </>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
