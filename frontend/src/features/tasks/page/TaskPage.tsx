import { IconArchive, IconArchiveOff, IconArrowLeft, IconCopy, IconDots, IconPlus, IconRestore, IconTrash } from '@tabler/icons-react';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePresence } from '../../../api/connection';
import { asProblem } from '../../../api/problem';
import { useMe } from '../../../api/refs';
import type { Task } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { usePhone, useTitle } from '../../../lib/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { Page } from '../../../ui/Page';
import { People } from '../../../ui/people';
import { type Option, Picker } from '../../../ui/Picker';
import { Empty, ErrorState, LinesSkeleton } from '../../../ui/states';
import { useTaskActions } from '../actions';
import { useChangeTask } from '../change';
import { can } from '../model';
import { useTask } from '../queries';
import { Description } from './Description';
import { Discussion } from './Discussion';
import { History } from './History';
import { type PropName, Properties } from './Properties';
import { SubTasks } from './SubTasks';
import './task.css';
import { TitleEdit } from './TitleEdit';

interface Props {
  taskKey: string;
  tab: 'talk' | 'history';
  onTab(tab: 'talk' | 'history'): void;
  onAsOf(at: string): void;
}

export function TaskPage(props: Props) {
  const { t } = useTranslation();
  const found = useTask(props.taskKey);
  const task = found.data;
  useTitle(task ? `${task.key} ${task.title}` : props.taskKey);
  if (found.isPending)
    return (
      <Page title={props.taskKey}>
        <LinesSkeleton lines={7} />
      </Page>
    );
  if (!task)
    return (
      <Page title={props.taskKey}>
        {asProblem(found.error).status === 404 ? (
          <Empty title={t('task.not_found')} text={t('task.not_found_text')}>
            <Link to="/tasks" className="btn btn-default">
              {t('nav.tasks')}
            </Link>
          </Empty>
        ) : (
          <ErrorState title={t('task.failed')} error={found.error} onRetry={() => void found.refetch()} />
        )}
      </Page>
    );
  return <Loaded key={task.id} task={task} {...props} />;
}

type MenuItem = 'copy' | 'child' | 'archive' | 'unarchive' | 'restore' | 'delete';

function Loaded({ task, tab, onTab, onAsOf }: Props & { task: Task }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const router = useRouter();
  const navigate = useNavigate();
  const actions = useTaskActions();
  const change = useChangeTask();
  const present = usePresence(task.id).filter((p) => p.id !== me.id);
  const [open, setOpen] = useState<PropName>(null);
  const [titleEdit, setTitleEdit] = useState(false);
  const [adding, setAdding] = useState(false);
  const [menu, setMenu] = useState(false);
  const [asking, setAsking] = useState(false);
  const editor = useRef<{ focus(): void }>(null);
  const edit = can(task, 'edit');

  const remove = async () => {
    setAsking(false);
    if (await actions.remove(task)) void navigate({ to: '/tasks', search: {} });
  };
  const reply = () => {
    if (editor.current) return editor.current.focus();
    onTab('talk');
    setTimeout(() => editor.current?.focus(), 80);
  };
  const args = { key: task.key };
  useCommands([
    ...(can(task, 'change_status') ? ([{ id: 'task.status', title: 'task.cmd_status', titleArgs: args, group: 'task', keys: 'KeyS', run: () => setOpen('status') }] as const) : []),
    ...(edit
      ? ([
          { id: 'task.priority', title: 'task.cmd_priority', titleArgs: args, group: 'task', keys: 'KeyP', run: () => setOpen('priority') },
          { id: 'task.due', title: 'task.cmd_due', titleArgs: args, group: 'task', keys: 'KeyD', run: () => setOpen('due_date') },
          { id: 'task.tags', title: 'task.cmd_tags', titleArgs: args, group: 'task', keys: 'KeyT', run: () => setOpen('tags') },
          { id: 'task.title', title: 'task.cmd_title', titleArgs: args, group: 'task', run: () => setTitleEdit(true) },
          { id: 'task.parent', title: 'task.cmd_parent', titleArgs: args, group: 'task', run: () => setOpen('parent') },
          { id: 'task.child', title: 'task.cmd_child', titleArgs: args, group: 'task', run: () => setAdding(true) },
        ] as const)
      : []),
    ...(can(task, 'assign')
      ? ([
          { id: 'task.owner', title: 'task.cmd_owner', titleArgs: args, group: 'task', keys: 'KeyA', run: () => setOpen('owner') },
          { id: 'task.take', title: 'task.cmd_take', titleArgs: args, group: 'task', keys: 'KeyI', run: () => void change(task, { owner_id: me.id }).catch(() => undefined) },
        ] as const)
      : []),
    ...(can(task, 'move') ? ([{ id: 'task.move', title: 'task.cmd_move', titleArgs: args, group: 'task', keys: 'Shift+KeyM', run: () => setOpen('project') }] as const) : []),
    ...(can(task, 'comment') ? ([{ id: 'task.reply', title: 'task.cmd_reply', titleArgs: args, group: 'task', keys: 'KeyR', run: reply }] as const) : []),
    ...(can(task, 'archive')
      ? ([{ id: 'task.archive', title: task.archived_at ? 'task.cmd_unarchive' : 'task.cmd_archive', titleArgs: args, group: 'task', keys: 'KeyE', run: () => void (task.archived_at ? actions.unarchive(task) : actions.archive(task)) }] as const)
      : []),
    ...(can(task, 'delete') && !task.deleted_at ? ([{ id: 'task.delete', title: 'task.cmd_delete', titleArgs: args, group: 'task', run: () => setAsking(true) }] as const) : []),
    { id: 'task.copy', title: 'task.cmd_copy', titleArgs: args, group: 'task', keys: 'Shift+KeyC', run: () => void actions.copyKey(task) },
    { id: 'task.history', title: 'task.cmd_history', titleArgs: args, group: 'task', run: () => onTab('history') },
    { id: 'task.back', title: 'task.cmd_back', group: 'go', keys: 'Escape', quiet: true, run: () => router.history.back() },
  ]);

  const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
  const item = (value: MenuItem, label: string, image: ReactNode): Option<MenuItem> => ({ value, label: t(label), icon: image });
  const items = [
    item('copy', 'task.copy_key', <IconCopy {...icon} />),
    ...(edit ? [item('child', 'task.add_child', <IconPlus {...icon} />)] : []),
    ...(can(task, 'archive') ? [task.archived_at ? item('unarchive', 'task.unarchive', <IconArchiveOff {...icon} />) : item('archive', 'task.archive', <IconArchive {...icon} />)] : []),
    ...(task.deleted_at && can(task, 'restore') ? [item('restore', 'task.restore', <IconRestore {...icon} />)] : []),
    ...(can(task, 'delete') && !task.deleted_at ? [item('delete', 'task.delete', <IconTrash {...icon} className="danger" />)] : []),
  ];
  const pick = (value: MenuItem) => {
    if (value === 'copy') void actions.copyKey(task);
    else if (value === 'child') setAdding(true);
    else if (value === 'delete') setAsking(true);
    else void actions[value](task);
  };
  const properties = <Properties task={task} open={open} onOpen={setOpen} />;

  return (
    <Page
      lead={phone && <IconButton name={t('ui.back')} icon={<IconArrowLeft size={20} stroke={1.5} />} onClick={() => router.history.back()} />}
      title={
        <span className="crumb">
          {!phone && (
            <>
              <Link to="/tasks" search={{ project: String(task.project.id), open: 'true' }} className="ellipsis" style={{ fontWeight: 400 }}>
                {task.project.name}
              </Link>
              <span className="muted">/</span>
              {task.parent && (
                <>
                  <Link to="/tasks/$key" params={{ key: task.parent.key }} className="nowrap" style={{ fontWeight: 400 }} title={task.parent.title}>
                    {task.parent.key}
                  </Link>
                  <span className="muted">/</span>
                </>
              )}
            </>
          )}
          <strong>{task.key}</strong>
        </span>
      }
      actions={
        <>
          {present.length > 0 && (
            <span title={t('task.present')}>
              <People people={present} size={24} max={4} />
            </span>
          )}
          {!phone && can(task, 'change_status') && (
            <Button keys="KeyS" onClick={() => setOpen('status')}>
              {t('task.move_to')}
            </Button>
          )}
          <Picker name={t('task.actions')} options={items} chosen={[]} onPick={pick} opened={menu} onOpened={setMenu} position="bottom-end">
            <IconButton name={t('task.actions')} icon={<IconDots size={18} stroke={1.5} />} onClick={() => setMenu(!menu)} />
          </Picker>
        </>
      }
    >
      <div className="task">
        <div className="task-main">
          <div className="task-col">
            {task.deleted_at && <State text={t('task.is_deleted')} action={can(task, 'restore') ? { label: t('task.restore'), run: () => void actions.restore(task) } : undefined} />}
            {!task.deleted_at && task.archived_at && <State text={t('task.is_archived')} action={can(task, 'archive') ? { label: t('task.unarchive'), run: () => void actions.unarchive(task) } : undefined} />}
            <TitleEdit task={task} editing={titleEdit} onEditing={setTitleEdit} />
            {phone && properties}
            <Description task={task} />
            <SubTasks task={task} adding={adding} onAdding={setAdding} />
            {task.children.total === 0 && !adding && edit && (
              <div style={{ marginTop: 8 }}>
                <Button kind="quiet" icon={<IconPlus {...icon} />} onClick={() => setAdding(true)} style={{ marginLeft: -10 }}>
                  {t('task.add_child')}
                </Button>
              </div>
            )}
            <div className="tabs" role="tablist" aria-label={t('task.feed')}>
              <button type="button" role="tab" id="tab-talk" aria-controls="panel" aria-selected={tab === 'talk'} onClick={() => onTab('talk')}>
                {t('task.discussion')} <span className="muted small">{task.comment_count || ''}</span>
              </button>
              <button type="button" role="tab" id="tab-history" aria-controls="panel" aria-selected={tab === 'history'} onClick={() => onTab('history')}>
                {t('task.history')}
              </button>
            </div>
            <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} style={{ display: 'flex', flexDirection: 'column', flex: 1 }}>
              {tab === 'talk' ? <Discussion task={task} editor={editor} /> : <History task={task} onAsOf={onAsOf} />}
            </div>
          </div>
        </div>
        {!phone && properties}
      </div>
      {asking && <Confirm title={t('task.delete_title', args)} text={t('task.delete_text')} verb={t('task.delete')} onClose={() => setAsking(false)} onYes={() => void remove()} />}
    </Page>
  );
}

function State({ text, action }: { text: string; action?: { label: string; run(): void } }) {
  return (
    <div className="row-flex" style={{ background: 'var(--warn-tint)', color: 'var(--warn)', padding: '6px 12px', borderRadius: 6, marginBottom: 8 }}>
      <span className="grow">{text}</span>
      {action && <Button onClick={action.run}>{action.label}</Button>}
    </div>
  );
}
