import { IconArchive, IconArchiveOff, IconCalendar, IconDots, IconStatusChange, IconTag, IconTrash, IconUserPlus, IconX } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../../api/client';
import { asProblem } from '../../../api/problem';
import type { TaskRow } from '../../../api/types';
import { type CommandUse, useCommands } from '../../../lib/commands';
import { usePhone } from '../../../lib/hooks';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { Button, IconButton } from '../../../ui/Button';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { useProblemText } from '../../../ui/states';
import { job as jobStore, stopJob } from '../bulk/store';
import { useApply } from '../bulk/useApply';
import { fetchAll } from '../bulk/useBulk';
import { type MenuPage, openTaskMenu } from '../menu/store';
import '../bulk/bulk.css';

interface Props {
  /** What is ticked. */
  rows: TaskRow[];
  onClear(): void;
  /** The conditions of the list, to take in all that match; and how many that are, where it is known. */
  query?: Query;
  total?: number | null;
}
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** One change to many tasks; while it runs, how far it is. */
export function BulkBar({ rows: ticked, onClear, query, total }: Props) {
  const { t } = useTranslation();
  const words = useProblemText();
  const phone = usePhone();
  const apply = useApply();
  const job = useStore(jobStore);
  const bar = useRef<HTMLDivElement>(null);
  // All that match, for as long as the ticks stay as they were.
  const shape = ticked.map((row) => row.id).join();
  const [whole, setWhole] = useState<{ shape: string; rows: TaskRow[] } | null>(null);
  const [collecting, setCollecting] = useState<number | null>(null);
  const stopped = useRef(false);
  const rows = whole && whole.shape === shape && ticked.length > 0 ? whole.rows : ticked;
  const any = rows.length > 0;
  const archived = any && rows.every((row) => row.archived_at !== null);

  const clear = () => {
    stopped.current = true;
    setWhole(null);
    onClear();
  };
  const collect = async () => {
    if (!query || collecting !== null) return;
    stopped.current = false;
    setCollecting(0);
    try {
      const found = await fetchAll(query, setCollecting, () => stopped.current);
      if (!stopped.current) setWhole({ shape, rows: found });
    } catch (error) {
      showToast({ kind: 'error', text: t('bulk.matching_failed'), detail: words(error), requestId: asProblem(error).requestId });
    } finally {
      setCollecting(null);
    }
  };
  const open = (page: MenuPage) => openTaskMenu(rows, bar.current?.querySelector(`[data-page="${page}"]`) ?? bar.current!, page);
  const archive = () => apply(rows, { archived: !archived });
  const mayAll = query !== undefined && rows.length < (total ?? Number.POSITIVE_INFINITY) && whole?.shape !== shape;

  const choice = (id: string, page: MenuPage, title: string): CommandUse => ({ id, title: rows.length === 1 ? undefined : title, run: () => open(page) });
  useCommands(
    any && !job
      ? [
          choice('task.status', 'status', 'bulk.cmd_status'),
          choice('task.priority', 'priority', 'bulk.cmd_priority'),
          choice('task.owner', 'owner', 'bulk.cmd_owner'),
          choice('task.due', 'due', 'bulk.cmd_due'),
          choice('task.tags', 'tags', 'bulk.cmd_tags'),
          choice('task.supervisor', 'supervisor', 'bulk.cmd_supervisor'),
          choice('task.move', 'project', 'bulk.cmd_project'),
          { id: archived ? 'task.unarchive' : 'task.archive', title: archived ? 'bulk.cmd_unarchive' : 'bulk.cmd_archive', keys: 'KeyE', run: archive },
          { ...choice('task.delete', 'delete', 'bulk.cmd_delete') },
          ...(mayAll ? [{ id: 'bulk.all', title: 'bulk.all_matching_some', group: 'list' as const, run: () => void collect() }] : []),
          { id: 'bulk.clear', run: clear },
        ].map((use) => Object.fromEntries(Object.entries(use).filter(([, value]) => value !== undefined)) as unknown as CommandUse)
      : [],
  );
  if (!any && !job) return null;
  if (job)
    return (
      <div className="bulkbar" role="toolbar" aria-label={t('bulk.bar')} ref={bar}>
        <div className="bulk-line" role="progressbar" aria-valuemin={0} aria-valuemax={job.total} aria-valuenow={job.done} aria-label={t('bulk.progress', { done: job.done, total: job.total })}>
          <strong>{t('bulk.progress', { done: job.done, total: job.total })}</strong>
          <span className="bulk-track">
            <i style={{ transform: `scaleX(${job.done / job.total})` }} />
          </span>
          {job.failed > 0 && <span className="danger nowrap">{t('bulk.failed_so_far', { count: job.failed })}</span>}
        </div>
        <Button kind="quiet" disabled={job.stopping} onClick={stopJob}>
          {t('bulk.stop')}
        </Button>
      </div>
    );
  const part = (page: MenuPage, image: ReactNode, label: string, command: string, keys?: string) => (
    <Button kind="quiet" icon={image} keys={phone ? undefined : keys} command={command} data-page={page} aria-haspopup="menu" onClick={() => open(page)}>
      {label}
    </Button>
  );
  return (
    <div className="bulkbar" role="toolbar" aria-label={t('bulk.bar')} ref={bar}>
      <strong>{t('bulk.selected', { count: rows.length })}</strong>
      {collecting !== null ? (
        <Button kind="quiet" onClick={() => (stopped.current = true)}>
          {t('bulk.collecting', { count: collecting })} · {t('bulk.stop')}
        </Button>
      ) : (
        mayAll && (
          <Button kind="quiet" className="bulk-all" command="bulk.all" onClick={() => void collect()}>
            {total ? t('bulk.all_matching', { count: total }) : t('bulk.all_matching_some')}
          </Button>
        )
      )}
      <span className="sep" />
      {part('status', <IconStatusChange {...icon} />, t('field.status'), 'task.status', 'KeyS')}
      {part('owner', <IconUserPlus {...icon} />, t('field.owner'), 'task.owner', 'KeyA')}
      {part('priority', <PriorityIcon priority="high" />, t('field.priority'), 'task.priority', 'KeyP')}
      {part('due', <IconCalendar {...icon} />, t('field.due_date'), 'task.due', 'KeyD')}
      {part('tags', <IconTag {...icon} />, t('field.tags'), 'task.tags', 'KeyT')}
      <span className="sep" />
      <IconButton name={t(archived ? 'task.unarchive' : 'task.archive')} command={archived ? 'task.unarchive' : 'task.archive'} icon={archived ? <IconArchiveOff {...icon} /> : <IconArchive {...icon} />} onClick={archive} />
      <IconButton name={t('task.delete')} command="task.delete" data-page="delete" icon={<IconTrash {...icon} />} onClick={() => open('delete')} />
      <IconButton name={t('bulk.more')} command="list.menu" data-page="menu" aria-haspopup="menu" icon={<IconDots {...icon} />} onClick={() => open('menu')} />
      <span className="sep" />
      <IconButton name={t('bulk.clear')} command="bulk.clear" icon={<IconX {...icon} />} onClick={clear} />
    </div>
  );
}
