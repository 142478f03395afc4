import { IconArrowDown, IconArrowUp, IconBolt, IconChevronRight, IconCornerDownLeft, IconFilter, IconHelp, IconLayout2, IconList, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { usePeople, useProjects, useTags } from '../../api/refs';
import type { Status, TaskRow } from '../../api/types';
import { useViews } from '../../api/views';
import { useTaskItems } from '../../features/tasks/menu/items';
import { openTaskMenu } from '../../features/tasks/menu/store';
import { Dot } from '../../features/tasks/pickers';
import { useTask } from '../../features/tasks/queries';
import { isMine, searchOf } from '../../features/tasks/views/model';
import { CAP, CATALOGUE, type Command, type CommandGroup, known, useAllCommands } from '../../lib/commands';
import { find, type Hit, otherLayout } from '../../lib/fuzzy';
import { useDebounced } from '../../lib/hooks';
import { keptStore, useStore } from '../../lib/store';
import { Dialog } from '../../ui/Dialog';
import { Kbd, Keys, ProjectMark } from '../../ui/marks';
import { renderHits } from '../../ui/markdown';
import { Avatar } from '../../ui/people';
import { StatusIcon } from '../../ui/StatusIcon';
import './palette.css';
import { paletteText } from './useGlobalCommands';

interface Item {
  id: string;
  section: string;
  icon?: ReactNode;
  label: ReactNode;
  end?: ReactNode;
  score?: number;
  /** Tab shows what can be done with it. */
  task?: string;
  run(): void;
}
type Recent = { command: string } | { task: string; title: string; status: Status };
const recents = keptStore<Recent[]>('tt.palette', []);
const idOf = (r: Recent) => ('command' in r ? r.command : r.task);
const remember = (r: Recent) => recents.set((now) => [r, ...now.filter((x) => idOf(x) !== idOf(r))].slice(0, 6));

const ORDER: CommandGroup[] = ['task', 'list', 'go', 'view', 'help'];
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
const GROUP_ICONS: Record<CommandGroup, ReactNode> = {
  task: <IconPlus {...icon} />,
  list: <IconList {...icon} />,
  go: <IconChevronRight {...icon} />,
  view: <IconLayout2 {...icon} />,
  help: <IconHelp {...icon} />,
};
const KEY = /^([a-zа-я][a-zа-я0-9]{0,9})-(\d+)$/i;

/** Every command of this screen, every task, person, tag and project; what is in focus comes first. */
export default function Palette({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const commands = useAllCommands();
  const projects = useProjects();
  const tags = useTags();
  const views = useViews();
  const recent = useStore(recents);
  const q = useStore(paletteText);
  const setQ = paletteText.set;
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);

  // What the screen has in focus says it itself: its commands name the task.
  const bulk = commands.some((c) => c.id === 'bulk.clear');
  const focused = bulk ? undefined : commands.find((c) => c.group === 'task' && c.titleArgs?.key)?.titleArgs?.key;
  const [token, setToken] = useState<{ key: string; own: boolean } | null>(focused ? { key: String(focused), own: true } : null);
  const about = useTask(token?.key ?? '', token !== null).data;
  const doable = useTaskItems();

  const sign = /^[@#>]/.test(q) ? q[0]! : '';
  const needle = q.slice(sign.length).trim();
  const settled = useDebounced(needle, 160);
  const people = usePeople(settled, { enabled: sign === '@' || (sign === '' && settled.length >= 2) });
  const searching = sign === '' && settled.length >= 2;
  const hits = useQuery({ queryKey: ['palette', settled], queryFn: ({ signal }) => api.tasks.search(settled, signal), enabled: searching, staleTime: 15_000 });
  const swapped = otherLayout(settled);
  const again = useQuery({ queryKey: ['palette', swapped], queryFn: ({ signal }) => api.tasks.search(swapped, signal), enabled: searching && hits.data?.items.length === 0 && swapped !== settled, staleTime: 15_000 });
  const found = hits.data?.items.length ? hits.data.items : (again.data?.items ?? []);

  const items: Item[] = [];
  const match = (text: string): Hit | null => (needle ? find(needle, text) : { score: 0, ranges: [] });
  const add = (list: Item[], most = 50) => items.push(...list.sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, most));
  const openTask = (key: string, title: string, status: Status) => {
    remember({ task: key, title, status });
    void navigate({ to: '/tasks/$key', params: { key } });
  };
  const runCommand = (command: Command) => {
    remember({ command: command.id });
    command.run();
  };

  // 1. What can be done with the thing in focus.
  const actions: Item[] = [];
  const own = new Set<string>();
  if (token && sign !== '@' && sign !== '#') {
    const section = t('cmd.menu_of_one', { key: token.key });
    const images = new Map(about ? doable([about]).map((item) => [item.id as string, item.icon]) : []);
    if (token.own) {
      for (const command of commands) {
        if (command.group !== 'task' || command.titleArgs?.key !== token.key || command.quiet) continue;
        own.add(command.id);
        const label = t(known(command.id)?.title ?? command.title, command.titleArgs);
        const hit = match(label);
        if (hit) actions.push({ id: `do-${command.id}`, section, icon: images.get(command.id) ?? <IconBolt {...icon} />, label: <Found text={label} hit={hit} />, end: command.keys && <Keys keys={command.keys} />, score: hit.score, run: () => runCommand(command) });
      }
    } else if (about) {
      for (const item of doable([about])) {
        const label = t(CATALOGUE[item.id].title);
        const hit = match(label);
        if (hit)
          actions.push({
            id: `do-${item.id}`,
            section,
            icon: item.icon,
            label: <Found text={label} hit={hit} />,
            end: item.page && <IconChevronRight {...icon} />,
            score: hit.score,
            run: () => (item.page ? openTaskMenu([about as TaskRow], { x: Math.max(12, innerWidth / 2 - 140), y: 160 }, item.page) : item.run?.()),
          });
      }
    }
  }
  const plainCommands: Item[] = [];
  if ((sign === '' || sign === '>') && (!token || token.own)) {
    const sorted = commands.filter((c) => !c.quiet && !own.has(c.id)).sort((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
    for (const command of sorted) {
      const label = t(command.title, command.titleArgs);
      const hit = match(label);
      if (hit) plainCommands.push({ id: command.id, section: t(`cmd.group_${command.group}`), icon: GROUP_ICONS[command.group], label: <Found text={label} hit={hit} />, end: command.keys && <Keys keys={command.keys} />, score: needle ? hit.score : 0, run: () => runCommand(command) });
    }
  }
  const tasks: Item[] = [];
  if (sign === '' && needle && (!token || token.own)) {
    const exact = KEY.exec(needle) ?? KEY.exec(otherLayout(needle));
    const typed = exact?.[0]?.toUpperCase();
    if (typed && !found.some((hit) => hit.task.key.toUpperCase() === typed)) tasks.push({ id: `open-${typed}`, section: t('nav.tasks'), icon: <IconCornerDownLeft {...icon} />, label: t('cmd.open_key', { key: typed }), run: () => void navigate({ to: '/tasks/$key', params: { key: typed } }) });
    const seen = new Set<number>();
    for (const hit of settled === needle ? found : []) {
      if (seen.has(hit.task.id)) continue;
      seen.add(hit.task.id);
      tasks.push({
        id: `task-${hit.task.id}`,
        section: t('nav.tasks'),
        icon: <StatusIcon status={hit.task.status} />,
        label: (
          <>
            <span className="muted nowrap palette-key">{hit.task.key}</span> <span dangerouslySetInnerHTML={{ __html: renderHits(hit.title_html) }} />
          </>
        ),
        end: hit.task.project.name,
        task: hit.task.key,
        run: () => openTask(hit.task.key, hit.task.title, hit.task.status),
      });
    }
  }
  const places: Item[] = [];
  if (needle || sign) {
    if (sign === '')
      for (const view of views.data ?? []) {
        const hit = match(view.name);
        if (hit) places.push({ id: `view-${view.id}`, section: t('view.list'), icon: <IconFilter {...icon} />, label: <Found text={view.name} hit={hit} />, end: t(view.shared ? 'cmd.shared_view' : 'cmd.own_view'), score: hit.score + 1, run: () => void navigate({ to: isMine(view) ? '/my' : '/tasks', search: searchOf(view) }) });
      }
    if (sign === '')
      for (const project of projects.data ?? []) {
        const hit = match(project.name) ?? match(project.key);
        if (hit) places.push({ id: `project-${project.id}`, section: t('nav.projects'), icon: <ProjectMark project={project} />, label: <Found text={project.name} hit={match(project.name)} />, end: project.key, score: hit.score, run: () => void navigate({ to: '/tasks', search: { project: String(project.id), open: 'true' } }) });
      }
    if (sign === '' || sign === '@')
      for (const person of people.data ?? []) {
        const hit = match(person.name) ?? match(person.email);
        if (hit) places.push({ id: `person-${person.id}`, section: t('cmd.people'), icon: <Avatar person={person} size={18} />, label: <Found text={person.name} hit={match(person.name)} />, end: t('cmd.their_tasks'), score: hit.score - 1, run: () => void navigate({ to: '/tasks', search: { assignee: String(person.id), open: 'true' } }) });
      }
    if (sign === '' || sign === '#')
      for (const tag of tags.data ?? []) {
        const hit = match(tag.name);
        if (hit) places.push({ id: `tag-${tag.id}`, section: t('nav.tags'), icon: <Dot color={tag.color} />, label: <Found text={tag.name} hit={hit} />, end: t('cmd.tagged_tasks'), score: hit.score - 2, run: () => void navigate({ to: '/tasks', search: { tag: String(tag.id), open: 'true' } }) });
      }
  }
  if (!needle && !sign) {
    add(actions);
    for (const r of recent) {
      const section = t('cmd.recent');
      if ('command' in r) {
        const command = commands.find((c) => c.id === r.command && !c.quiet && !own.has(c.id));
        if (command) items.push({ id: `recent-${command.id}`, section, icon: GROUP_ICONS[command.group], label: t(command.title, command.titleArgs), end: command.keys && <Keys keys={command.keys} />, run: () => runCommand(command) });
      } else if (r.task !== token?.key) items.push({ id: `recent-${r.task}`, section, icon: <StatusIcon status={r.status} />, label: <><span className="muted nowrap palette-key">{r.task}</span> {r.title}</>, task: r.task, run: () => openTask(r.task, r.title, r.status) });
    }
    items.push(...plainCommands);
  } else {
    add(actions, 6);
    // Found tasks before commands that only happen to share letters.
    const tasksFirst = KEY.test(needle) || /\d/.test(needle) || !plainCommands.some((c) => (c.score ?? 0) >= 60);
    if (tasksFirst) add(tasks, 7);
    // Of one section together, the best section first.
    const best = new Map<string, number>();
    for (const c of plainCommands) best.set(c.section, Math.max(best.get(c.section) ?? -1e9, c.score ?? 0));
    const ranked = plainCommands.sort((a, b) => best.get(b.section)! - best.get(a.section)! || a.section.localeCompare(b.section) || b.score! - a.score!);
    items.push(...ranked.slice(0, sign === '>' ? 50 : 8));
    if (!tasksFirst) add(tasks, 7);
    const bySection = [t('view.list'), t('nav.projects'), t('cmd.people'), t('nav.tags')];
    for (const section of bySection) add(places.filter((p) => p.section === section), sign ? 50 : 4);
  }

  const at = Math.min(active, Math.max(0, items.length - 1));
  const loading = (searching && (hits.isFetching || again.isFetching)) || settled !== needle;
  useEffect(() => {
    const option = list.current?.querySelector('[data-active="true"]');
    if (at === 0) list.current?.scrollTo(0, 0);
    else option?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const run = (item: Item | undefined) => {
    if (!item) return;
    onClose();
    // After the dialog has gone and given the focus back.
    setTimeout(item.run, 0);
  };
  const into = (key: string | null) => {
    setToken(key === null ? null : { key, own: key === focused });
    setQ('');
    setActive(0);
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((at + step + items.length) % Math.max(1, items.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(items[at]);
    } else if (event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault();
      const task = items[at]?.task;
      if (task) into(task);
    } else if (event.key === 'Backspace' && q === '' && token) {
      event.preventDefault();
      into(null);
    }
  };
  return (
    <Dialog title={t('cmd.palette')} onClose={onClose} width={640} bare>
      <div className="palette-head">
        {token && (
          <span className="palette-token">
            {about && <StatusIcon status={about.status} size={14} />}
            {token.key}
          </span>
        )}
        <input
          ref={input}
          className="palette-input"
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={items[at] ? `palette-${at}` : undefined}
          aria-label={token ? t('cmd.menu_of_one', { key: token.key }) : t('nav.search')}
          placeholder={t(token ? 'cmd.what_to_do' : 'nav.search')}
          value={q}
          onFocus={(e) => e.target.setSelectionRange(e.target.value.length, e.target.value.length)}
          onKeyDown={onKey}
          onChange={(e) => {
            setQ(e.target.value);
            setActive(0);
          }}
        />
        <button type="button" className="palette-esc" tabIndex={-1} onClick={onClose} aria-label={`${t('ui.close')} ${CAP.esc}`}>
          <Kbd>{CAP.esc}</Kbd>
        </button>
      </div>
      <div className="palette-list" id="palette-list" role={items.length > 0 ? 'listbox' : 'status'} aria-label={t('cmd.palette')} aria-busy={loading || undefined} ref={list}>
        {items.map((item, i) => (
          <div key={item.id} role="presentation">
            {item.section !== items[i - 1]?.section && <h3 role="presentation">{item.section}</h3>}
            <div id={`palette-${i}`} role="option" aria-selected={i === at} className="option" data-active={i === at} onMouseMove={() => setActive(i)} onClick={() => run(item)}>
              {item.icon}
              <span className="ellipsis grow">{item.label}</span>
              <span className="hint ellipsis">{item.end}</span>
            </div>
          </div>
        ))}
        {items.length === 0 && <div className="picker-empty">{t(loading ? 'ui.loading' : 'ui.nothing_found')}</div>}
      </div>
      <div className="palette-foot" aria-hidden="true">
        <span>
          <Kbd>
            <IconArrowUp size={11} stroke={2} />
          </Kbd>
          <Kbd>
            <IconArrowDown size={11} stroke={2} />
          </Kbd>
          {t('cmd.foot_choose')}
        </span>
        <span>
          <Kbd>
            <IconCornerDownLeft size={11} stroke={2} />
          </Kbd>
          {t('cmd.foot_run')}
        </span>
        <span>
          <Kbd>{CAP.tab}</Kbd>
          {t('cmd.foot_more')}
        </span>
        <span className="grow" />
        <span>{t('cmd.foot_narrow')}</span>
      </div>
    </Dialog>
  );
}

/** The letters that matched stand out. */
function Found({ text, hit }: { text: string; hit: Hit | null }) {
  if (!hit || hit.ranges.length === 0) return <>{text}</>;
  const out: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of hit.ranges) {
    out.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  out.push(text.slice(at));
  return <>{out}</>;
}
