import { IconArchive, IconArchiveOff, IconArrowsSplit2, IconCopy, IconEye, IconEyeOff, IconHistory, IconLink, IconPlus, IconRestore, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { around } from '../../../api/relations';
import { useMe } from '../../../api/refs';
import type { Task } from '../../../api/types';
import { type CommandUse, useCommands } from '../../../lib/commands';
import { showToast } from '../../../lib/toasts';
import type { EditorHandle } from '../../../ui/editor/SourceEditor';
import type { Option } from '../../../ui/Picker';
import { useTaskActions } from '../actions';
import { useChangeTask } from '../change';
import { can } from '../model';
import type { PropName } from './Properties';
import { useWatch } from './useWatch';

export type Tab = 'talk' | 'history';
export interface Place {
  tab: Tab;
  onTab(tab: Tab): void;
  onAsOf(at: string): void;
  /** What Escape does here, and its name. */
  leave: { id: string; title: string; run(): void };
  /** The task is gone from here. */
  onGone(): void;
  /** The panel can become the page. */
  openPage?(): void;
}
type Item = 'copy' | 'link' | 'child' | 'relation' | 'watch' | 'asof' | 'archive' | 'unarchive' | 'restore' | 'delete';

/** What a shown task can do, as a page and as a panel: its commands, its menu, what is open in it. */
export function useTaskUi(task: Task, place: Place) {
  const { t } = useTranslation();
  const me = useMe();
  const actions = useTaskActions();
  const change = useChangeTask();
  const watch = useWatch(task);
  const [open, setOpen] = useState<PropName>(null);
  const [titleEdit, setTitleEdit] = useState(false);
  const [textEdit, setTextEdit] = useState(false);
  const [adding, setAdding] = useState(false);
  const [relating, setRelating] = useState(false);
  const [menu, setMenu] = useState(false);
  const [asking, setAsking] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const edit = can(task, 'edit');
  const args = { key: task.key };
  const { tab, onTab, onGone } = place;

  const reply = () => {
    if (tab === 'talk' && editor.current) return editor.current.focus();
    onTab('talk');
    setTimeout(() => editor.current?.focus(), 80);
  };
  const copyLink = () =>
    void navigator.clipboard.writeText(`${location.origin}/tasks/${task.key}`).then(() => showToast({ kind: 'info', text: t('undo.link_copied', args) }));
  const remove = useCallback(async () => {
    setAsking(false);
    if (await actions.remove(task)) onGone();
  }, [actions, task, onGone]);
  const lastEvent = () => place.onAsOf(task.updated_at);

  const commands: CommandUse[] = [];
  const add = (allowed: boolean, id: string, run: () => void, more: Partial<CommandUse> = {}) => {
    if (allowed) commands.push({ id, titleArgs: args, run, ...more });
  };
  const own = (title: string, keys?: string): Partial<CommandUse> => ({ title: `taskcmd.${title}`, group: 'task', ...(keys ? { keys } : {}) });
  add(can(task, 'change_status'), 'task.status', () => setOpen('status'));
  add(edit, 'task.priority', () => setOpen('priority'));
  add(can(task, 'assign'), 'task.owner', () => setOpen('owner'));
  add(can(task, 'assign'), 'task.take', () => void change(task, { owner_id: me.id }).catch(() => undefined));
  add(edit, 'task.due', () => setOpen('due_date'));
  add(edit, 'task.tags', () => setOpen('tags'));
  add(edit, 'task.supervisor', () => setOpen('supervisor'));
  add(can(task, 'assign'), 'task.people', () => setOpen('collaborators'), own('people'));
  add(edit, 'task.title', () => setTitleEdit(true), own('title'));
  add(edit, 'task.text', () => setTextEdit(true), own('text'));
  add(edit, 'task.planned_start', () => setOpen('planned_start'), own('planned_start'));
  add(edit, 'task.planned_end', () => setOpen('planned_end'), own('planned_end'));
  add(edit, 'task.check_date', () => setOpen('check_date'), own('check_date'));
  add(edit, 'task.estimated_hours', () => setOpen('estimated_hours'), own('estimated_hours'));
  add(edit, 'task.actual_hours', () => setOpen('actual_hours'), own('actual_hours'));
  add(edit, 'task.client_visible', () => void change(task, { client_visible: !task.client_visible }).catch(() => undefined), own(task.client_visible ? 'hide_client' : 'show_client'));
  add(edit, 'task.parent', () => setOpen('parent'), own('parent'));
  add(edit, 'task.child', () => setAdding(true));
  add(edit, 'task.relation', () => setRelating(true), own('relation'));
  add(can(task, 'move'), 'task.move', () => setOpen('project'));
  add(can(task, 'comment'), 'task.reply', reply);
  add(watch.known, 'task.watch', watch.toggle, own(watch.on ? 'unwatch' : 'watch', 'KeyW'));
  if (task.archived_at) add(can(task, 'archive'), 'task.unarchive', () => void actions.unarchive(task), { keys: 'KeyE' });
  else add(can(task, 'archive'), 'task.archive', () => void actions.archive(task));
  add(can(task, 'delete') && !task.deleted_at, 'task.delete', () => setAsking(true));
  add(can(task, 'restore') && task.deleted_at !== null, 'task.restore', () => void actions.restore(task));
  add(true, 'task.copy', () => void actions.copyKey(task));
  add(true, 'task.link', copyLink);
  add(true, 'task.tab', () => void window.open(`/tasks/${task.key}`, '_blank', 'noopener'));
  add(tab !== 'talk', 'task.talk', () => onTab('talk'), own('talk'));
  add(tab !== 'history', 'task.history', () => onTab('history'), own('history'));
  add(true, 'task.asof', lastEvent, own('asof'));
  if (place.openPage) add(true, 'list.open', place.openPage, { title: 'taskcmd.page', group: 'task', keys: 'Enter' });
  commands.push({ id: place.leave.id, title: place.leave.title, group: 'go', keys: 'Escape', quiet: true, run: place.leave.run });
  useCommands(commands);

  const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
  const items = useMemo(() => {
    const item = (value: Item, label: string, image: ReactNode): Option<Item> => ({ value, label: t(label), icon: image });
    return [
      item('copy', 'task.copy_key', <IconCopy {...icon} />),
      item('link', 'cmd.do_link', <IconLink {...icon} />),
      ...(watch.known ? [item('watch', watch.on ? 'taskcmd.unwatch_short' : 'taskcmd.watch_short', watch.on ? <IconEyeOff {...icon} /> : <IconEye {...icon} />)] : []),
      ...(edit ? [item('child', 'task.add_child', <IconPlus {...icon} />), item('relation', 'relation.add', <IconArrowsSplit2 {...icon} />)] : []),
      item('asof', 'taskcmd.asof_short', <IconHistory {...icon} />),
      ...(can(task, 'archive') ? [task.archived_at ? item('unarchive', 'task.unarchive', <IconArchiveOff {...icon} />) : item('archive', 'task.archive', <IconArchive {...icon} />)] : []),
      ...(task.deleted_at && can(task, 'restore') ? [item('restore', 'task.restore', <IconRestore {...icon} />)] : []),
      ...(can(task, 'delete') && !task.deleted_at ? [item('delete', 'task.delete', <IconTrash {...icon} className="danger" />)] : []),
    ];
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `icon` never changes
  }, [t, task, edit, watch.known, watch.on]);
  const pick = (value: Item) => {
    if (value === 'copy') void actions.copyKey(task);
    else if (value === 'link') copyLink();
    else if (value === 'child') setAdding(true);
    else if (value === 'relation') setRelating(true);
    else if (value === 'watch') watch.toggle();
    else if (value === 'asof') lastEvent();
    else if (value === 'delete') setAsking(true);
    else void actions[value](task);
  };
  return { open, setOpen, titleEdit, setTitleEdit, textEdit, setTextEdit, adding, setAdding, relating, setRelating, menu, setMenu, asking, setAsking, editor, edit, items, pick, remove, watch, blocked: around(task).blocked === true, icon };
}
export type TaskUi = ReturnType<typeof useTaskUi>;
