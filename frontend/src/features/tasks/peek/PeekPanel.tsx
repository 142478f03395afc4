import { IconArrowsDiagonal, IconDots, IconLink, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePresence } from '../../../api/connection';
import { useMe } from '../../../api/refs';
import type { Task } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { usePhone } from '../../../lib/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { People } from '../../../ui/people';
import { Picker } from '../../../ui/Picker';
import { LinesSkeleton } from '../../../ui/states';
import { useTaskActions } from '../actions';
import { can } from '../model';
import { AsOfContent } from '../page/AsOf';
import { TaskContent } from '../page/TaskContent';
import { Missing } from '../page/TaskPage';
import { type Place, type Tab, useTaskUi } from '../page/useTaskUi';
import { Watchers } from '../page/Watchers';
import { useTask } from '../queries';

interface Props {
  taskKey: string;
  onClose(): void;
  onPage(): void;
}

export default function PeekPanel({ taskKey, onClose, onPage }: Props) {
  const { t } = useTranslation();
  const found = useTask(taskKey);
  // The task before stays until the next is there: walking a list does not flicker.
  const last = useRef<Task | null>(null);
  if (found.data) last.current = found.data;
  const task = found.data ?? (found.isPending ? last.current : null);
  const [tab, setTab] = useState<Tab>('talk');
  if (task)
    return (
      <aside className="peek" aria-label={task.key} aria-busy={task.key !== taskKey || undefined} onKeyDown={ownKeys}>
        <Loaded key={task.id} task={task} tab={tab} onTab={setTab} onClose={onClose} onPage={onPage} />
      </aside>
    );
  return (
    <aside className="peek" aria-label={taskKey}>
      <Empty taskKey={taskKey} onClose={onClose}>
        {found.isPending ? <LinesSkeleton lines={6} /> : <Missing error={found.error} onRetry={() => void found.refetch()} />}
      </Empty>
      <span className="sr">{found.isPending && t('ui.loading')}</span>
    </aside>
  );
}

/** Enter and Space on a control of the panel are that control's, not the list's. */
function ownKeys(event: KeyboardEvent) {
  if ((event.key === 'Enter' || event.key === ' ') && (event.target as Element).closest('button, a, input, summary, [role="tab"]')) event.stopPropagation();
}

function Empty({ taskKey, onClose, children }: { taskKey: string; onClose(): void; children: ReactNode }) {
  const { t } = useTranslation();
  useCommands([{ id: 'peek.close', title: 'peek.close', group: 'go', keys: 'Escape', quiet: true, run: onClose }]);
  return (
    <>
      <header className="peek-head">
        <span className="muted nowrap">{taskKey}</span>
        <span className="grow" />
        <IconButton name={t('peek.close')} icon={<IconX size={18} stroke={1.5} />} onClick={onClose} />
      </header>
      {children}
    </>
  );
}

function Loaded({ task, tab, onTab, onClose, onPage }: { task: Task; tab: Tab; onTab(tab: Tab): void; onClose(): void; onPage(): void }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const actions = useTaskActions();
  const present = usePresence(task.id).filter((p) => p.id !== me.id);
  const [asOf, setAsOf] = useState<string | null>(null);
  const place: Place = { tab, onTab, onAsOf: setAsOf, leave: { id: 'peek.close', title: 'peek.close', run: asOf ? () => setAsOf(null) : onClose }, onGone: onClose, openPage: onPage };
  const ui = useTaskUi(task, place);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.scrollTo({ top: 0 });
  }, [task.id]);
  return (
    <>
      <header className="peek-head">
        <Link to="/tasks/$key" params={{ key: task.key }} className="peek-key nowrap">
          {task.key}
        </Link>
        <IconButton name={t('cmd.do_copy')} icon={<IconLink size={16} stroke={1.5} />} onClick={() => void actions.copyKey(task)} />
        {task.parent && (
          <Link to="/tasks/$key" params={{ key: task.parent.key }} className="peek-parent ellipsis" title={task.parent.title}>
            {task.parent.key} {task.parent.title}
          </Link>
        )}
        <span className="grow" />
        {present.length > 0 && (
          <span title={t('task.present')}>
            <People people={present} size={24} max={4} />
          </span>
        )}
        <Watchers task={task} watch={ui.watch} />
        {phone && can(task, 'change_status') && (
          <Button onClick={() => ui.setOpen('status')}>{t('task.move_to')}</Button>
        )}
        <IconButton name={t('peek.page')} icon={<IconArrowsDiagonal size={16} stroke={1.5} />} onClick={onPage} />
        <Picker name={t('task.actions')} options={ui.items} chosen={[]} onPick={ui.pick} opened={ui.menu} onOpened={ui.setMenu} position="bottom-end">
          <IconButton name={t('task.actions')} icon={<IconDots size={18} stroke={1.5} />} onClick={() => ui.setMenu(!ui.menu)} />
        </Picker>
        <IconButton name={t('peek.close')} icon={<IconX size={18} stroke={1.5} />} onClick={onClose} />
      </header>
      <div className="peek-body" ref={body}>
        {asOf ? <AsOfContent task={task} at={asOf} onAt={setAsOf} onBack={() => setAsOf(null)} narrow /> : <TaskContent task={task} ui={ui} place={place} fields="over" />}
      </div>
    </>
  );
}
