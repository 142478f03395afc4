import { IconAlertTriangle, IconCalendarDue, IconCalendarTime, IconCalendarWeek, IconInbox, IconMessageQuestion, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/refs';
import type { TaskRow } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { usePhone, useTitle } from '../../lib/hooks';
import { useStops } from '../../lib/rows';
import { Button } from '../../ui/Button';
import { Keys } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Bone, Empty, ErrorState } from '../../ui/states';
import { useDateCtx } from '../../ui/useDateCtx';
import type { TaskSearch } from '../tasks/filters';
import { type MenuPage, openTaskMenu } from '../tasks/menu/store';
import { useTaskMenu } from '../tasks/menu/useTaskMenu';
import { useTaskCounts, useTaskList } from '../tasks/queries';
import './home.css';
import { HomeRow } from './HomeRow';
import { type Part, parts } from './parts';
import { Side } from './Side';

const MINE = { assignee: 'me', open: true };
/** Rows of a part that are shown; the rest is one click away. */
const SHOWN = 8;
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const LOOK: Record<Part, { icon: ReactNode; search: TaskSearch }> = {
  overdue: { icon: <IconAlertTriangle {...icon} />, search: { due: 'overdue' } },
  today: { icon: <IconCalendarDue {...icon} />, search: { due: 'today' } },
  week: { icon: <IconCalendarWeek {...icon} />, search: { due: 'tomorrow..+7' } },
  later: { icon: <IconCalendarTime {...icon} />, search: { due: '+8..' } },
  none: { icon: <IconInbox {...icon} />, search: { due: 'none' } },
};

/** What to do now: my work by urgency at the left, what happened meanwhile at the right. */
export function Home({ onCreate, exchange }: { onCreate(): void; exchange: boolean }) {
  const { t } = useTranslation();
  useTitle(t('nav.home'));
  const me = useMe();
  const phone = usePhone();
  const ctx = useDateCtx();
  const work = useTaskList({ ...MINE, sort: 'due_date', limit: 60 });
  const counts = useTaskCounts(MINE, 'due');
  // What others did and I have to look at; what I asked for and somebody waits for my word.
  const check = useTaskList({ supervisor: 'me', status: 'testing', sort: '-updated_at', limit: 10 });
  const asked = useTaskList({ created_by: 'me', status: 'waiting', sort: '-updated_at', limit: 10 });
  const rowsOf = (list: typeof work) => list.data?.pages[0]?.items ?? [];
  const mine = useMemo(() => parts(work.data?.pages[0]?.items.filter((r) => r.status !== 'done' && r.status !== 'closed') ?? [], ctx), [work.data, ctx]);
  const waiting = useMemo(() => {
    const isMine = (r: TaskRow) => r.assignees.some((a) => a.user.id === me.id);
    const found = new Map<number, { row: TaskRow; why: 'check' | 'answer' }>();
    for (const row of check.data?.pages[0]?.items ?? []) if (row.status === 'testing' && !isMine(row)) found.set(row.id, { row, why: 'check' });
    for (const row of asked.data?.pages[0]?.items ?? []) if (row.status === 'waiting' && !isMine(row)) found.set(row.id, { row, why: 'answer' });
    return [...found.values()];
  }, [check.data, asked.data, me.id]);
  // The list says it best while it is whole; beyond its end the server has counted.
  const number = (part: Part) => (work.hasNextPage ? Math.max(counts.data?.find((c) => c.value === part)?.count ?? 0, mine[part].length) : mine[part].length);
  const all = useMemo(() => [...Object.values(mine).flat(), ...waiting.map((w) => w.row)], [mine, waiting]);

  const box = useRef<HTMLDivElement>(null);
  useStops(box);
  const menu = useTaskMenu((id) => {
    const row = all.find((r) => r.id === id);
    return row ? [row] : null;
  });
  /** The keys of a task act on the row that has the focus. */
  const act = (page: MenuPage) => {
    const el = document.activeElement?.closest<HTMLElement>('[data-task]');
    const row = el && all.find((r) => r.id === Number(el.dataset.task));
    if (row) openTaskMenu([row], el, page);
  };
  useCommands([
    { id: 'task.status', run: () => act('status'), quiet: true },
    { id: 'task.priority', run: () => act('priority'), quiet: true },
    { id: 'task.owner', run: () => act('owner'), quiet: true },
    { id: 'task.due', run: () => act('due'), quiet: true },
    { id: 'task.tags', run: () => act('tags'), quiet: true },
  ]);

  const section = (part: Part) => {
    const rows = mine[part];
    if (rows.length === 0) return null;
    const most = part === 'overdue' || part === 'today' ? 20 : SHOWN;
    const rest = number(part) - Math.min(rows.length, most);
    return (
      <Section key={part} part={part} icon={LOOK[part].icon} count={number(part)} more={rest > 0 ? { count: rest, search: { assignee: 'me', open: 'true', sort: 'due_date', ...LOOK[part].search } } : undefined}>
        {rows.slice(0, most).map((row) => (
          <HomeRow key={row.id} row={row} />
        ))}
      </Section>
    );
  };
  let body;
  if (work.isPending)
    body = (
      <div role="status" aria-label={t('ui.loading')}>
        {Array.from({ length: 9 }, (_, i) => (
          <div key={i} className="hrow">
            <Bone width={14} height={14} />
            <Bone width={56} />
            <Bone width={16} height={16} />
            <Bone width={`${74 - ((i * 13) % 40)}%`} />
          </div>
        ))}
      </div>
    );
  else if (work.isError && rowsOf(work).length === 0) body = <ErrorState title={t('home.failed')} error={work.error} onRetry={() => void work.refetch()} />;
  else if (all.length === 0)
    body = (
      <Empty title={t('home.empty')} text={t('home.empty_text')}>
        <Button kind="primary" command="task.create" keys={phone ? undefined : 'KeyC'} onClick={onCreate}>
          {t('create.new')}
        </Button>
        <Link to="/tasks" search={{ assignee: 'none', open: 'true' }} className="btn btn-default">
          {t('home.take')}
        </Link>
      </Empty>
    );
  else
    body = (
      <>
        {section('overdue')}
        {section('today')}
        {waiting.length > 0 && (
          <Section part="waiting" icon={<IconMessageQuestion {...icon} />} count={waiting.length}>
            {waiting.slice(0, SHOWN).map(({ row, why }) => (
              <HomeRow key={row.id} row={row} note={t(`home.why_${why}`)} />
            ))}
          </Section>
        )}
        {section('week')}
        {section('later')}
        {section('none')}
      </>
    );
  const tiles: { part: Part | 'waiting'; count: number }[] = [
    { part: 'overdue', count: number('overdue') },
    { part: 'today', count: number('today') },
    { part: 'week', count: number('week') },
    { part: 'waiting', count: waiting.length },
  ];
  const today = new Intl.DateTimeFormat(ctx.lang === 'en' ? 'en-GB' : 'ru-RU', { weekday: 'long', day: 'numeric', month: 'long', timeZone: ctx.zone }).format(new Date());
  return (
    <Page
      title={
        <span className="htitle">
          {t('nav.home')} <span className="htitle-day">{today}</span>
        </span>
      }
      actions={
        !phone && (
          <Button kind="primary" command="task.create" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} keys="KeyC" onClick={onCreate}>
            {t('create.button')}
          </Button>
        )
      }
      footer={
        !phone && (
          <>
            <span className="hints">
              <Keys keys="KeyJ" /> <Keys keys="KeyK" /> {t('list.hint_rows')}
            </span>
            <span className="hints">
              <Keys keys="KeyS" /> {t('field.status').toLowerCase()}
            </span>
            <span className="hints">
              <Keys keys="Shift+Slash" /> {t('list.hint_keys')}
            </span>
          </>
        )
      }
    >
      <div className="home" ref={box} {...menu}>
        <div className="home-main">
          <ul className="htiles" aria-label={t('home.numbers')}>
            {tiles.map(({ part, count }) => (
              <li key={part}>
                <button
                  type="button"
                  className="htile"
                  disabled={count === 0}
                  onClick={() => {
                    document.getElementById(`home-${part}`)?.scrollIntoView({ block: 'nearest' });
                    document.querySelector<HTMLElement>(`#home-${part} [data-stop]`)?.focus();
                  }}
                >
                  <b className={part === 'overdue' && count > 0 ? 'danger' : undefined}>{work.isPending ? '–' : count}</b> {t(`home.${part}`)}
                </button>
              </li>
            ))}
          </ul>
          {body}
        </div>
        <Side exchange={exchange} />
      </div>
    </Page>
  );
}

function Section({ part, icon: image, count, more, children }: { part: Part | 'waiting'; icon: ReactNode; count: number; more?: { count: number; search: TaskSearch }; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section id={`home-${part}`} className="hpart" aria-label={t(`home.${part}`)}>
      <h2 className={part === 'overdue' ? 'danger' : undefined}>
        {image}
        {t(`home.${part}`)}
        <span className="hpart-count">{count}</span>
      </h2>
      <ul>{children}</ul>
      {more && (
        <Link to="/tasks" search={more.search} className="hpart-more" data-stop>
          {t('home.more', { count: more.count })}
        </Link>
      )}
    </section>
  );
}
