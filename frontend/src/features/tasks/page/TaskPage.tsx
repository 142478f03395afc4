import { IconArrowLeft, IconDots } from '@tabler/icons-react';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { usePresence } from '../../../api/connection';
import { asProblem } from '../../../api/problem';
import { useMe } from '../../../api/refs';
import type { Task } from '../../../api/types';
import { usePhone, useTitle } from '../../../lib/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Page } from '../../../ui/Page';
import { People } from '../../../ui/people';
import { Picker } from '../../../ui/Picker';
import { Empty, ErrorState, LinesSkeleton } from '../../../ui/states';
import { can } from '../model';
import { useTask } from '../queries';
import './task.css';
import { TaskContent } from './TaskContent';
import { type Place, useTaskUi } from './useTaskUi';
import { Walk } from './Walk';
import { Watchers } from './Watchers';

interface Props {
  taskKey: string;
  tab: Place['tab'];
  onTab: Place['onTab'];
  onAsOf(at: string): void;
}

export function TaskPage(props: Props) {
  const { t } = useTranslation();
  const found = useTask(props.taskKey);
  const task = found.data;
  useTitle(task ? `${task.key} ${task.title}` : props.taskKey);
  if (task) return <Loaded key={task.id} task={task} {...props} />;
  return (
    <Page title={props.taskKey}>
      {found.isPending ? <LinesSkeleton lines={7} /> : <Missing error={found.error} onRetry={() => void found.refetch()} />}
      <span className="sr">{found.isPending && t('ui.loading')}</span>
    </Page>
  );
}

export function Missing({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const { t } = useTranslation();
  if (asProblem(error).status !== 404) return <ErrorState title={t('task.failed')} error={error} onRetry={onRetry} />;
  return (
    <Empty title={t('task.not_found')} text={t('task.not_found_text')}>
      <Link to="/tasks" className="btn btn-default">
        {t('nav.tasks')}
      </Link>
    </Empty>
  );
}

function Loaded({ task, tab, onTab, onAsOf }: Props & { task: Task }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const router = useRouter();
  const navigate = useNavigate();
  const present = usePresence(task.id).filter((p) => p.id !== me.id);
  const place: Place = {
    tab,
    onTab,
    onAsOf,
    leave: { id: 'task.back', title: 'task.cmd_back', run: () => router.history.back() },
    onGone: () => void navigate({ to: '/tasks', search: {} }),
  };
  const ui = useTaskUi(task, place);
  return (
    <Page
      lead={phone && <IconButton name={t('ui.back')} icon={<IconArrowLeft size={20} stroke={1.5} />} onClick={() => router.history.back()} />}
      title={
        <span className="crumb">
          {!phone && (
            <>
              <Link to="/tasks" search={{ project: String(task.project.id), open: 'true' }} className="ellipsis crumb-link">
                {task.project.name}
              </Link>
              <span className="muted">/</span>
              {task.parent && (
                <>
                  <Link to="/tasks/$key" params={{ key: task.parent.key }} className="nowrap crumb-link" title={task.parent.title}>
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
          <Watchers task={task} watch={ui.watch} />
          {!phone && can(task, 'change_status') && (
            <Button keys="KeyS" onClick={() => ui.setOpen('status')}>
              {t('task.move_to')}
            </Button>
          )}
          {!phone && <Walk taskKey={task.key} onGo={(key) => void navigate({ to: '/tasks/$key', params: { key }, search: tab === 'history' ? { tab } : {}, replace: true })} />}
          <Picker name={t('task.actions')} options={ui.items} chosen={[]} onPick={ui.pick} opened={ui.menu} onOpened={ui.setMenu} position="bottom-end">
            <IconButton name={t('task.actions')} icon={<IconDots size={18} stroke={1.5} />} onClick={() => ui.setMenu(!ui.menu)} />
          </Picker>
        </>
      }
    >
      <TaskContent task={task} ui={ui} place={place} fields={phone ? 'under' : 'beside'} />
    </Page>
  );
}
