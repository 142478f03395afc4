import { IconPlus, IconSubtask } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { asProblem } from '../../../api/problem';
import type { Task } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { Button, IconButton } from '../../../ui/Button';
import { People } from '../../../ui/people';
import { useProblemText } from '../../../ui/states';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Due } from '../../../ui/Time';
import { useTaskActions } from '../actions';
import { inTurn } from '../change';
import { can, peopleOf } from '../model';
import { keptCreate } from '../offline';
import { StatusPicker } from '../pickers';
import { keys, refreshLists, useChildren } from '../queries';

export function SubTasks({ task, adding, onAdding }: { task: Task; adding: boolean; onAdding(on: boolean): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const actions = useTaskActions();
  const found = useChildren(task.children.total > 0 || adding ? task.id : undefined);
  const rows = found.data?.pages.flatMap((p) => p.items) ?? [];
  const [title, setTitle] = useState('');
  const [menu, setMenu] = useState<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  if (task.children.total === 0 && !adding) return null;
  const done = rows.length > 0 ? rows.filter((r) => r.status === 'done' || r.status === 'closed').length : task.children.done;
  const total = Math.max(rows.length, task.children.total);

  const add = async (event: FormEvent) => {
    event.preventDefault();
    const text = title.trim();
    if (!text) return;
    // The field is free for the next one at once.
    setTitle('');
    field.current?.focus();
    const body = { title: text, parent_id: task.id, project_id: task.project.id };
    const intent = crypto.randomUUID();
    try {
      await inTurn(task.id, () => api.tasks.create(body, intent));
      void client.invalidateQueries({ queryKey: keys.task(task.key) });
      refreshLists(client, 0);
    } catch (error) {
      if (await keptCreate(error, intent, body)) return;
      setTitle((now) => now || text);
      showToast({ kind: 'error', text: t('toast.not_created'), detail: words(error), requestId: asProblem(error).requestId });
    }
  };
  return (
    <section aria-label={t('task.children')}>
      <div className="section-head">
        <IconSubtask size={16} stroke={1.5} aria-hidden="true" />
        {t('task.children')}
        <span className="muted small">
          {done}/{total}
        </span>
        {total > 0 && (
          <span className="progress" aria-hidden="true">
            <i style={{ width: `${(100 * done) / total}%` }} />
          </span>
        )}
        <span className="grow" />
        {can(task, 'edit') && <IconButton name={t('task.add_child')} icon={<IconPlus size={16} stroke={1.5} />} onClick={() => onAdding(!adding)} />}
      </div>
      <ul>
        {rows.map((row) => {
          const over = row.status === 'done' || row.status === 'closed';
          return (
            <li key={row.id} className={`sub ${over ? 'done' : ''}`}>
              <StatusPicker task={row} opened={menu === row.id} onOpened={(o) => setMenu(o ? row.id : null)} onPick={(s) => void actions.status(row, s)}>
                <button type="button" className="btn btn-quiet btn-icon" disabled={!can(row, 'change_status')} aria-label={t('list.status_of', { key: row.key, value: t(`status.${row.status}`) })} onClick={() => setMenu(row.id)}>
                  <StatusIcon status={row.status} />
                </button>
              </StatusPicker>
              <Link to="/tasks/$key" params={{ key: row.key }} className="ellipsis grow" title={row.title}>
                {row.title}
              </Link>
              {row.due_date && (
                <span className="small second">
                  <Due at={row.due_date} overdue={row.overdue} />
                </span>
              )}
              <People people={peopleOf(row)} max={2} />
            </li>
          );
        })}
      </ul>
      {adding && (
        <form className="sub-add" onSubmit={(e) => void add(e)}>
          <input
            ref={field}
            className="input input-sm grow"
            autoFocus
            aria-label={t('task.child_title')}
            placeholder={t('task.child_title')}
            value={title}
            onChange={(e) => setTitle(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Escape') {
                e.stopPropagation();
                onAdding(false);
              }
            }}
          />
          <Button kind="primary" type="submit" disabled={!title.trim()}>
            {t('ui.add')}
          </Button>
        </form>
      )}
    </section>
  );
}
