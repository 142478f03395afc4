import { IconAdjustmentsHorizontal, IconLayoutRows, IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useProjects } from '../../../api/refs';
import { useCommands } from '../../../lib/commands';
import { useMinute, usePhone, useTitle } from '../../../lib/hooks';
import { Button } from '../../../ui/Button';
import { Keys } from '../../../ui/marks';
import { Page } from '../../../ui/Page';
import { Picker } from '../../../ui/Picker';
import { Empty } from '../../../ui/states';
import { openCreate } from '../create/store';
import { Peek } from '../peek';
import { type Grouping, GROUPINGS, hasFilters, listOf, type TaskSearch, toQuery, withMember, withoutFilters } from '../filters';
import { useView, ViewBar } from '../views/ViewBar';
import { Filters } from './Filters';
import { OTHER_LAYOUTS } from './layout';
import { LayoutSwitch } from './LayoutSwitch';
import './list.css';
import { ListSkeleton } from './ListSkeleton';
import { type ListState, TaskTable } from './TaskTable';

const Display = lazy(() => import('./Display'));

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch, replace?: boolean): void;
  mine?: boolean;
}

/** The frame of every list of tasks: title, layouts, conditions, and what the chosen layout draws below. */
export function TaskListPage({ search, onSearch, mine }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const phone = usePhone();
  const minute = useMinute();
  // "Today" moves on at midnight, not with every minute.
  const hour = Math.floor(minute / 60);
  // Only conditions and order make another query: the rest of the address leaves the rows alone.
  const { layout = 'table', peek: _peek, cols: _cols, view: _view, ...asked } = search;
  const shape = JSON.stringify([toQuery(asked, { mine, zone: me.time_zone, now: new Date(Math.max(Date.now(), hour * 3_600_000)) })]);
  const query = useMemo(() => (JSON.parse(shape) as [ReturnType<typeof toQuery>])[0], [shape]);
  const [state, setState] = useState<ListState>({ count: null, selected: 0, stale: false, empty: false });
  const [adding, setAdding] = useState(false);
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const input = useRef<HTMLInputElement>(null);

  const only = listOf(search.project).length === 1 ? projects.data?.find((p) => String(p.id) === search.project) : undefined;
  const view = useView(search);
  const title = view?.name ?? (mine ? t('nav.my') : (only?.name ?? t('nav.tasks')));
  useTitle(title);
  const create = () => openCreate({ project_id: only?.id });
  useCommands([
    { id: 'task.create', run: create },
    { id: 'list.search', run: () => input.current?.focus() },
    { id: 'list.filter', run: () => setAdding(true) },
    { id: 'list.clear', run: () => onSearch(withoutFilters(search)) },
  ]);
  const onState = useCallback((next: ListState) => setState((now) => (JSON.stringify(now) === JSON.stringify(next) ? now : next)), []);

  const Other = layout === 'table' ? null : OTHER_LAYOUTS[layout];
  const made = (
    <Button kind="primary" keys={phone ? undefined : 'KeyC'} onClick={create}>
      {t('create.new')}
    </Button>
  );
  const empty = hasFilters(search) ? (
    <Empty title={t('list.empty_title')} text={t('list.empty_filtered')}>
      <Button onClick={() => onSearch(withoutFilters(search))}>{t('list.clear_filters')}</Button>
      {made}
    </Empty>
  ) : (
    <Empty title={t('list.empty_title')} text={t(mine ? 'list.empty_mine' : 'list.empty_all')}>
      {made}
    </Empty>
  );

  return (
    <Page
      title={title}
      aside={<ViewBar search={search} onSearch={onSearch} mine={mine ?? false} />}
      label={t('list.name')}
      actions={
        !phone && (
          <Button kind="primary" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} keys="KeyC" onClick={create}>
            {t('create.button')}
          </Button>
        )
      }
      toolbar={
        <>
          <LayoutSwitch layout={layout} onLayout={(next) => onSearch(withMember(search, 'layout', next === 'table' ? undefined : next))} />
          <span className="tool-line" />
          <div className="tool-filters" data-chips={hasFilters(search) || undefined}>
          <Filters search={search} onSearch={(next) => onSearch(next, next.q !== search.q)} inputRef={input} adding={adding} onAdding={setAdding} />
          </div>
          {layout !== 'table' && <span ref={setTools} className="row-flex" />}
          {layout === 'table' && <GroupPicker value={search.group} onValue={(group) => onSearch(withMember(search, 'group', group))} />}
          {layout === 'table' && !phone && <DisplayButton search={search} onSearch={onSearch} />}
        </>
      }
      footer={
        !phone &&
        layout === 'table' && (
          <>
            {state.count !== null && <span>{t(state.count > 10_000 ? 'list.count_over' : 'list.count', { count: Math.min(state.count, 10_000) })}</span>}
            {state.selected > 0 && <span>{t('bulk.selected', { count: state.selected })}</span>}
            {state.stale && <span className="danger">{t('list.stale')}</span>}
            <span className="hints">
              <Keys keys="KeyJ" />
              <Keys keys="KeyK" /> {t('list.hint_rows')}
            </span>
            <span className="hints">
              <Keys keys="KeyX" /> {t('list.hint_select')}
            </span>
            <span className="hints">
              <Keys keys="Space" /> {t('list.hint_peek')}
            </span>
            <span className="hints">
              <Keys keys="Shift+Slash" /> {t('list.hint_keys')}
            </span>
          </>
        )
      }
    >
      {Other ? (
        <Suspense fallback={<ListSkeleton />}>
          <Other search={search} setSearch={onSearch} query={query} tools={tools} />
        </Suspense>
      ) : (
        <TaskTable search={search} setSearch={onSearch} query={query} tools={tools} onState={onState} empty={empty} />
      )}
      <Peek />
    </Page>
  );
}

function GroupPicker({ value, onValue }: { value: Grouping | undefined; onValue(group: Grouping | undefined): void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  useCommands([{ id: 'list.group', title: 'list.cmd_group', group: 'view', keys: 'Shift+KeyG', run: () => setOpened(true) }]);
  return (
    <Picker<Grouping | 'none'>
      name={t('list.group')}
      opened={opened}
      onOpened={setOpened}
      position="bottom-end"
      chosen={[value ?? 'none']}
      options={[{ value: 'none', label: t('list.group_none') }, ...GROUPINGS.map((by) => ({ value: by, label: t(`list.group_${by}`) }))]}
      onPick={(by) => onValue(by === 'none' ? undefined : by)}
    >
      <Button kind="quiet" className="tool-word" icon={<IconLayoutRows size={16} stroke={1.5} aria-hidden="true" />} aria-haspopup="listbox" title={t('list.group')} onClick={() => setOpened(!opened)}>
        <span>{value ? t('list.grouped_by', { name: t(`list.group_${value}`).toLowerCase() }) : t('list.group')}</span>
      </Button>
    </Picker>
  );
}

/** Columns and sub-tasks; the panel is fetched when it is first opened. */
function DisplayButton({ search, onSearch }: { search: TaskSearch; onSearch(next: TaskSearch, replace?: boolean): void }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const button = (
    <Button kind="quiet" className="tool-word" icon={<IconAdjustmentsHorizontal size={16} stroke={1.5} aria-hidden="true" />} aria-haspopup="dialog" title={t('list.display')} onClick={() => setOpened(!opened)}>
      <span>{t('list.display')}</span>
    </Button>
  );
  useCommands([{ id: 'list.display', title: 'list.cmd_display', group: 'view', run: () => setOpened(true) }]);
  if (!opened) return button;
  return (
    <Suspense fallback={button}>
      <Display search={search} onSearch={onSearch} opened={opened} onOpened={setOpened}>
        {button}
      </Display>
    </Suspense>
  );
}
