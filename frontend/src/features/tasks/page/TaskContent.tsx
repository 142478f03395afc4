import { IconArrowsSplit2, IconHistory, IconPlus } from '@tabler/icons-react';
import { type CSSProperties, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../api/refs';
import type { Task } from '../../../api/types';
import { loadEditor } from '../../../ui/editor/MarkdownEditor';
import { Button } from '../../../ui/Button';
import { Confirm } from '../../../ui/Dialog';
import { useTaskActions } from '../actions';
import { can } from '../model';
import { Description } from './Description';
import { Discussion } from './Discussion';
import { useFieldMarks } from './fieldMarks';
import { History } from './History';
import { Properties } from './Properties';
import { Relations, useRelations } from './Relations';
import { SubTasks } from './SubTasks';
import './task.css';
import { TitleEdit } from './TitleEdit';
import type { Place, TaskUi } from './useTaskUi';

/** A task from its title to its discussion: the same in a page, in the panel and on a phone. */
export function TaskContent({ task, ui, place, fields }: { task: Task; ui: TaskUi; place: Place; fields: 'beside' | 'under' | 'over' }) {
  const { t } = useTranslation();
  const me = useMe();
  const actions = useTaskActions();
  const marks = useFieldMarks(task.id, me.id);
  const relations = useRelations(task.id);
  const { tab, onTab, onAsOf } = place;
  useEffect(() => {
    // Fetched while the text is being read: a click into it then answers at once.
    const timer = setTimeout(() => void loadEditor().catch(() => undefined), 600);
    return () => clearTimeout(timer);
  }, []);
  const properties = <Properties task={task} open={ui.open} onOpen={ui.setOpen} chips={fields !== 'beside'} marks={marks} />;
  const live = (field: string) => (marks[field] ? { 'data-live': true, style: { '--mark': marks[field] } as CSSProperties } : {});
  const noChildren = task.children.total === 0 && !ui.adding;
  const noRelations = relations.isSuccess && relations.data.length === 0 && !ui.relating;
  return (
    <div className="task" data-fields={fields}>
      <div className="task-main">
        <div className="task-col">
          {task.deleted_at && <State text={t('task.is_deleted')} action={can(task, 'restore') ? { label: t('task.restore'), run: () => void actions.restore(task) } : undefined} />}
          {!task.deleted_at && task.archived_at && <State text={t('task.is_archived')} action={can(task, 'archive') ? { label: t('task.unarchive'), run: () => void actions.unarchive(task) } : undefined} />}
          {fields === 'over' && properties}
          <div className="live-part" {...live('title')}>
            <TitleEdit task={task} editing={ui.titleEdit} onEditing={ui.setTitleEdit} />
          </div>
          {fields === 'under' && properties}
          <div className="live-part" {...live('description')}>
            <Description task={task} editing={ui.textEdit} onEditing={ui.setTextEdit} />
          </div>
          <SubTasks task={task} adding={ui.adding} onAdding={ui.setAdding} />
          <Relations task={task} may={ui.edit} adding={ui.relating} onAdding={ui.setRelating} />
          {ui.edit && (noChildren || noRelations) && (
            <div className="task-more">
              {noChildren && (
                <Button kind="quiet" icon={<IconPlus {...ui.icon} />} onClick={() => ui.setAdding(true)}>
                  {t('task.add_child')}
                </Button>
              )}
              {noRelations && (
                <Button kind="quiet" icon={<IconArrowsSplit2 {...ui.icon} />} onClick={() => ui.setRelating(true)}>
                  {t('relation.add')}
                </Button>
              )}
            </div>
          )}
          <div className="tabs">
            <div role="tablist" aria-label={t('task.feed')} style={{ display: 'contents' }}>
              <button type="button" role="tab" id="tab-talk" aria-controls="panel" aria-selected={tab === 'talk'} onClick={() => onTab('talk')}>
                {t('task.discussion')} <span className="muted small">{task.comment_count || ''}</span>
              </button>
              <button type="button" role="tab" id="tab-history" aria-controls="panel" aria-selected={tab === 'history'} onClick={() => onTab('history')}>
                {t('task.history')}
              </button>
            </div>
            <span className="grow" />
            <Button kind="quiet" icon={<IconHistory {...ui.icon} />} onClick={() => onAsOf(task.updated_at)}>
              {t('asof.open')}
            </Button>
          </div>
          <div role="tabpanel" id="panel" aria-labelledby={`tab-${tab}`} className="task-feed">
            {tab === 'talk' ? <Discussion task={task} editor={ui.editor} /> : <History task={task} onAsOf={onAsOf} />}
          </div>
        </div>
      </div>
      {fields === 'beside' && properties}
      {ui.asking && <Confirm title={t('task.delete_title', { key: task.key })} text={t('task.delete_text')} verb={t('task.delete')} onClose={() => ui.setAsking(false)} onYes={() => void ui.remove()} />}
    </div>
  );
}

function State({ text, action }: { text: string; action?: { label: string; run(): void } }) {
  return (
    <div className="row-flex task-state">
      <span className="grow">{text}</span>
      {action && <Button onClick={action.run}>{action.label}</Button>}
    </div>
  );
}
