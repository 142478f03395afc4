import { IconPlus } from '@tabler/icons-react';
import { Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useProjects } from '../../../api/refs';
import { useCommands } from '../../../lib/commands';
import { useMinute, usePhone, useTitle } from '../../../lib/hooks';
import { Button } from '../../../ui/Button';
import { Keys } from '../../../ui/marks';
import { Page } from '../../../ui/Page';
import { Empty, ErrorState } from '../../../ui/states';
import { openCreate } from '../create/store';
import { hasFilters, listOf, type TaskSearch, toQuery } from '../filters';
import { useTaskList } from '../queries';
import { Filters } from './Filters';
import { OTHER_LAYOUTS } from './layout';
import './list.css';
import { ListSkeleton } from './ListSkeleton';
import { TaskTable } from './TaskTable';

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch, replace?: boolean): void;
  mine?: boolean;
}

export function TaskListPage({ search, onSearch, mine }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const phone = usePhone();
  const minute = useMinute();
  // "Today" moves on at midnight, not with every minute.
  const today = Math.floor(minute / 60);
  const query = useMemo(() => toQuery(search, { mine, zone: me.time_zone, now: new Date(Math.max(Date.now(), today * 3_600_000)) }), [search, mine, me.time_zone, today]);
  const list = useTaskList(query);
  const rows = useMemo(() => {
    const seen = new Set<number>();
    return (list.data?.pages ?? []).flatMap((p) => p.items).filter((r) => !seen.has(r.id) && seen.add(r.id));
  }, [list.data]);
  const [selected, setSelected] = useState(0);
  const [adding, setAdding] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  const only = listOf(search.project).length === 1 ? projects.data?.find((p) => String(p.id) === search.project) : undefined;
  const title = mine ? t('nav.my') : (only?.name ?? t('nav.tasks'));
  useTitle(title);
  const create = () => openCreate({ project_id: only?.id });
  useCommands([
    { id: 'task.create', title: 'create.cmd', group: 'task', keys: 'KeyC', run: create },
    { id: 'list.search', title: 'list.cmd_search', group: 'list', keys: 'Slash', run: () => input.current?.focus() },
    { id: 'list.filter', title: 'list.cmd_filter', group: 'list', keys: 'KeyF', run: () => setAdding(true) },
    { id: 'list.clear', title: 'list.cmd_clear', group: 'list', run: () => onSearch({}) },
  ]);
  const { fetchNextPage } = list;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const fetchFailed = list.isError && rows.length > 0;

  const Other = search.layout && search.layout !== 'table' ? OTHER_LAYOUTS[search.layout] : null;
  let body;
  if (Other)
    body = (
      <Suspense fallback={<ListSkeleton />}>
        <Other search={search} setSearch={onSearch} query={query} />
      </Suspense>
    );
  else if (list.isPending) body = <ListSkeleton />;
  else if (list.isError && rows.length === 0) body = <ErrorState title={t('list.failed')} error={list.error} onRetry={() => void list.refetch()} />;
  else if (rows.length === 0)
    body = hasFilters(search) ? (
      <Empty title={t('list.empty_title')} text={t('list.empty_filtered')}>
        <Button onClick={() => onSearch(search.sort ? { sort: search.sort } : {})}>{t('list.clear_filters')}</Button>
        <Button kind="primary" keys={phone ? undefined : 'KeyC'} onClick={create}>
          {t('create.new')}
        </Button>
      </Empty>
    ) : (
      <Empty title={t('list.empty_title')} text={t(mine ? 'list.empty_mine' : 'list.empty_all')}>
        <Button kind="primary" keys={phone ? undefined : 'KeyC'} onClick={create}>
          {t('create.new')}
        </Button>
      </Empty>
    );
  else
    body = (
      <TaskTable
        rows={rows}
        sort={search.sort}
        onSort={(sort) => {
          const { sort: _old, ...rest } = search;
          onSearch(sort ? { ...rest, sort } : rest);
        }}
        hasMore={list.hasNextPage}
        loadingMore={list.isFetchingNextPage}
        onMore={more}
        onSelected={setSelected}
      />
    );

  return (
    <Page
      title={title}
      label={t('list.name')}
      actions={
        !phone && (
          <Button kind="primary" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} keys="KeyC" onClick={create}>
            {t('create.button')}
          </Button>
        )
      }
      toolbar={<Filters search={search} onSearch={(next) => onSearch(next, next.q !== search.q)} inputRef={input} adding={adding} onAdding={setAdding} />}
      footer={
        !phone && (
          <>
            <span>{t(list.hasNextPage ? 'list.count_more' : 'list.count', { count: rows.length })}</span>
            {selected > 0 && <span>{t('bulk.selected', { count: selected })}</span>}
            {fetchFailed && <span className="danger">{t('list.stale')}</span>}
            <span className="hints">
              <Keys keys="KeyJ" />
              <Keys keys="KeyK" /> {t('list.hint_rows')}
            </span>
            <span className="hints">
              <Keys keys="KeyX" /> {t('list.hint_select')}
            </span>
            <span className="hints">
              <Keys keys="Shift+Slash" /> {t('list.hint_keys')}
            </span>
          </>
        )
      }
    >
      {body}
    </Page>
  );
}
