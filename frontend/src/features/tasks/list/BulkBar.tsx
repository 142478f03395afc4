import { IconArchive, IconArchiveOff, IconCalendar, IconFolder, IconStatusChange, IconTag, IconTrash, IconUserPlus, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { ApiProblem, asProblem } from '../../../api/problem';
import type { BulkChange, BulkResult, TaskRow } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { showToast } from '../../../lib/toasts';
import { Button, IconButton } from '../../../ui/Button';
import { DatePick } from '../../../ui/DateTimeField';
import { Confirm, Dialog } from '../../../ui/Dialog';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { useProblemText } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { PersonPicker, PriorityPicker, ProjectPicker, StatusPicker, TagsPicker } from '../pickers';
import { keys, patchCaches, refreshLists } from '../queries';

type Open = 'status' | 'priority' | 'owner' | 'due' | 'tags' | 'project' | null;
const CHUNK = 200;

/** One change to many tasks, with a result for each. */
export function BulkBar({ rows, onClear }: { rows: TaskRow[]; onClear(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const { zone } = useDateCtx();
  const [open, setOpen] = useState<Open>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [failed, setFailed] = useState<{ key: string; why: string }[] | null>(null);
  const [deleting, setDeleting] = useState(false);
  const archived = rows.every((row) => row.archived_at !== null);

  const run = async (change: BulkChange, undo?: BulkChange, ids = rows.map((r) => r.id)) => {
    setProgress(0);
    const results: BulkResult['items'] = [];
    try {
      for (let at = 0; at < ids.length; at += CHUNK) {
        results.push(...(await api.tasks.bulk(ids.slice(at, at + CHUNK), change)).items);
        setProgress(results.length);
      }
      for (const { task } of results) {
        if (task) patchCaches(client, task.id, (old) => ({ ...old, ...task, allowed_actions: task.allowed_actions ?? old.allowed_actions }));
      }
      const named = new Map(rows.map((r) => [r.id, r.key]));
      const bad = results.filter((r) => !r.ok).map((r) => ({ key: named.get(r.task_id) ?? `#${r.task_id}`, why: r.problem ? words(new ApiProblem(r.problem, null)) : '' }));
      const good = results.filter((r) => r.ok).map((r) => r.task_id);
      if (bad.length > 0) showToast({ kind: 'error', text: t('bulk.partly', { done: good.length, count: ids.length, failed: bad.length }), action: { label: t('bulk.show'), run: () => setFailed(bad) } });
      else showToast({ kind: 'done', text: t('bulk.done', { count: good.length }), action: undo ? { label: t('ui.undo'), undo: true, run: () => void run(undo, undefined, good) } : undefined });
    } catch (error) {
      showToast({ kind: 'error', text: t('bulk.failed'), detail: words(error), requestId: asProblem(error).requestId });
    } finally {
      setProgress(null);
      refreshLists(client, 50);
      void client.invalidateQueries({ queryKey: keys.tasks });
    }
  };
  const archive = () => void run({ archived: !archived }, { archived });
  const toggle = (name: Open) => (opened: boolean) => setOpen(opened ? name : null);
  const part = (name: Exclude<Open, null>, icon: ReactNode, label: string, key?: string) => (
    <Button kind="quiet" icon={icon} keys={key} aria-haspopup="listbox" onClick={() => setOpen(open === name ? null : name)}>
      {label}
    </Button>
  );

  const any = rows.length > 0;
  useCommands(
    any
      ? [
          { id: 'task.status', title: 'bulk.cmd_status', group: 'list', keys: 'KeyS', run: () => setOpen('status') },
          { id: 'task.priority', title: 'bulk.cmd_priority', group: 'list', keys: 'KeyP', run: () => setOpen('priority') },
          { id: 'task.owner', title: 'bulk.cmd_owner', group: 'list', keys: 'KeyA', run: () => setOpen('owner') },
          { id: 'task.due', title: 'bulk.cmd_due', group: 'list', keys: 'KeyD', run: () => setOpen('due') },
          { id: 'task.tags', title: 'bulk.cmd_tags', group: 'list', keys: 'KeyT', run: () => setOpen('tags') },
          { id: 'bulk.project', title: 'bulk.cmd_project', group: 'list', run: () => setOpen('project') },
          { id: 'task.archive', title: archived ? 'bulk.cmd_unarchive' : 'bulk.cmd_archive', group: 'list', keys: 'KeyE', run: archive },
          { id: 'bulk.delete', title: 'bulk.cmd_delete', group: 'list', run: () => setDeleting(true) },
          { id: 'bulk.clear', title: 'bulk.clear', group: 'list', keys: 'Escape', run: onClear },
        ]
      : [],
  );

  const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
  return (
    <>
      {any && (
        <div className="bulkbar" role="toolbar" aria-label={t('bulk.bar')}>
          <strong>{progress === null ? t('bulk.selected', { count: rows.length }) : t('bulk.progress', { done: progress, total: rows.length })}</strong>
          <StatusPicker opened={open === 'status'} onOpened={toggle('status')} onPick={(status) => void run({ status })}>
            {part('status', <IconStatusChange {...icon} />, t('field.status'), 'KeyS')}
          </StatusPicker>
          <PersonPicker name={t('field.owner')} value={null} opened={open === 'owner'} onOpened={toggle('owner')} onPick={(owner_id) => void run({ owner_id })}>
            {part('owner', <IconUserPlus {...icon} />, t('field.owner'), 'KeyA')}
          </PersonPicker>
          <PriorityPicker opened={open === 'priority'} onOpened={toggle('priority')} onPick={(priority) => void run({ priority })}>
            {part('priority', <PriorityIcon priority="high" />, t('field.priority'), 'KeyP')}
          </PriorityPicker>
          <DatePick name={t('field.due_date')} value={null} zone={zone} opened={open === 'due'} onOpened={toggle('due')} onChange={(due_date) => void run({ due_date })}>
            {part('due', <IconCalendar {...icon} />, t('field.due_date'), 'KeyD')}
          </DatePick>
          <TagsPicker value={rows[0]?.tags.filter((tag) => rows.every((r) => r.tags.some((x) => x.id === tag.id))) ?? []} opened={open === 'tags'} onOpened={toggle('tags')} onPick={(ids, tag) => void run(ids.includes(tag) ? { add_tag_ids: [tag] } : { remove_tag_ids: [tag] })}>
            {part('tags', <IconTag {...icon} />, t('field.tags'), 'KeyT')}
          </TagsPicker>
          <ProjectPicker value={null} opened={open === 'project'} onOpened={toggle('project')} onPick={(project_id) => void run({ project_id })}>
            {part('project', <IconFolder {...icon} />, t('field.project'))}
          </ProjectPicker>
          <span className="sep" />
          <Button kind="quiet" icon={archived ? <IconArchiveOff {...icon} /> : <IconArchive {...icon} />} keys="KeyE" onClick={archive}>
            {t(archived ? 'task.unarchive' : 'task.archive')}
          </Button>
          <IconButton name={t('task.delete')} icon={<IconTrash {...icon} />} onClick={() => setDeleting(true)} />
          <span className="sep" />
          <IconButton name={t('bulk.clear')} icon={<IconX {...icon} />} onClick={onClear} />
        </div>
      )}
      {deleting && (
        <Confirm
          title={t('bulk.delete_title', { count: rows.length })}
          text={t('bulk.delete_text')}
          verb={t('task.delete')}
          onClose={() => setDeleting(false)}
          onYes={() => {
            setDeleting(false);
            void run({ deleted: true });
            onClear();
          }}
        />
      )}
      {failed && (
        <Dialog title={t('bulk.failed_title', { count: failed.length })} onClose={() => setFailed(null)}>
          <ul className="col-flex">
            {failed.map((item) => (
              <li key={item.key}>
                <b>{item.key}</b> <span className="second">{item.why}</span>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}
