import { IconChevronLeft, IconChevronRight, IconHistory } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import type { HistoryEntry, Task } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { fullWords } from '../../../lib/dates';
import { usePhone, useTitle } from '../../../lib/hooks';
import { Button, IconButton } from '../../../ui/Button';
import { Markdown } from '../../../ui/Markdown';
import { Page } from '../../../ui/Page';
import { ErrorState, LinesSkeleton } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { useChangeTask } from '../change';
import { can } from '../model';
import { useHistory, useTask } from '../queries';
import { CommentItem } from './CommentItem';
import { Entry } from './History';
import { Properties } from './Properties';
import './task.css';
import { Missing } from './TaskPage';

/** The task as it was, as a page. */
export function AsOf({ taskKey, at, onAt, onBack }: { taskKey: string; at: string; onAt(at: string): void; onBack(): void }) {
  const phone = usePhone();
  const found = useTask(taskKey);
  useTitle(taskKey);
  useCommands([{ id: 'task.back', title: 'asof.back', group: 'go', keys: 'Escape', run: onBack }]);
  return (
    <Page title={taskKey}>
      {found.data ? <AsOfContent task={found.data} at={at} onAt={onAt} onBack={onBack} narrow={phone} /> : found.isPending ? <LinesSkeleton lines={7} /> : <Missing error={found.error} onRetry={() => void found.refetch()} />}
    </Page>
  );
}

/** Every moment at which something happened, the first one first. */
function useMoments(task: number): HistoryEntry[] {
  const found = useHistory(task, true);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, data } = found;
  const pages = data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && pages < 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, pages]);
  return useMemo(() => {
    const all = (data?.pages ?? []).flatMap((page) => page.items).sort((a, b) => a.event_seq - b.event_seq);
    // Of events of one moment the last one stands for all.
    return all.filter((entry, i) => all[i + 1]?.occurred_at !== entry.occurred_at);
  }, [data]);
}

/** A slider over the events and below it the task at that moment: to be read, not changed. */
export function AsOfContent({ task, at, onAt, onBack, narrow }: { task: Task; at: string; onAt(at: string): void; onBack(): void; narrow: boolean }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const change = useChangeTask();
  const moments = useMoments(task.id);
  const time = Date.parse(at);
  const index = Math.max(0, moments.findLastIndex((entry) => Date.parse(entry.occurred_at) <= time));
  const entry = moments[index];
  const go = (to: number) => {
    const next = moments[Math.max(0, Math.min(moments.length - 1, to))];
    if (next) onAt(next.occurred_at);
  };
  useCommands([
    { id: 'asof.older', title: 'asof.older', group: 'task', keys: 'ArrowLeft', run: () => go(index - 1) },
    { id: 'asof.newer', title: 'asof.newer', group: 'task', keys: 'ArrowRight', run: () => go(index + 1) },
  ]);
  const found = useQuery({ queryKey: ['as-of', task.key, at], queryFn: () => api.tasks.asOf(task.key, at), staleTime: Infinity, placeholderData: keepPreviousData });
  const then = found.data;
  const changed = new Set(Object.keys(entry?.changes ?? {}));
  const restore = () => {
    if (then) change(task, { description: then.description }, { toast: t('asof.restored', { key: task.key }) }).then(onBack, () => undefined);
  };
  const properties = then && <Properties task={{ ...then, allowed_actions: [] }} open={null} onOpen={() => undefined} chips={narrow} />;
  return (
    <>
      <div className="asof" role="region" aria-label={t('asof.time')}>
        <div className="asof-line" role="status">
          <IconHistory size={16} stroke={1.5} aria-hidden="true" />
          <b>{t('asof.banner')}</b>
          <span className="ellipsis">{fullWords(at, ctx)}</span>
          <span className="grow" />
          <Button onClick={onBack}>{t('asof.back')}</Button>
        </div>
        <div className="asof-line">
          <IconButton name={t('asof.older')} icon={<IconChevronLeft size={16} stroke={1.5} />} disabled={index === 0} onClick={() => go(index - 1)} />
          <span className="asof-slide">
            <input type="range" min={0} max={Math.max(0, moments.length - 1)} value={index} aria-label={t('asof.time')} aria-valuetext={entry ? fullWords(entry.occurred_at, ctx) : undefined} onChange={(e) => go(Number(e.target.value))} />
            <span className="asof-ticks" aria-hidden="true">
              {moments.length <= 60 && moments.map((m, i) => <i key={m.id} data-on={i <= index || undefined} data-kind={m.type.startsWith('Comment') ? 'talk' : undefined} />)}
            </span>
          </span>
          <IconButton name={t('asof.newer')} icon={<IconChevronRight size={16} stroke={1.5} />} disabled={index >= moments.length - 1} onClick={() => go(index + 1)} />
          <span className="small nowrap asof-count">{moments.length > 0 && t('asof.step', { at: index + 1, count: moments.length })}</span>
        </div>
        <div className="asof-entry">{entry && <Entry entry={entry} task={task} />}</div>
      </div>
      {found.isPending && <LinesSkeleton />}
      {found.isError && <ErrorState title={t('asof.failed')} error={found.error} onRetry={() => void found.refetch()} />}
      {then && (
        <div className="task task-then" data-fields={narrow ? 'over' : 'beside'} aria-busy={found.isPlaceholderData || undefined}>
          <div className="task-main">
            <div className="task-col">
              {narrow && properties}
              <h2 className={`task-title ${changed.has('title') ? 'then-changed' : ''}`}>{then.title}</h2>
              {then.description.trim() && (
                <div className={`desc ${changed.has('description') ? 'then-changed' : ''}`}>
                  <Markdown text={then.description} />
                </div>
              )}
              {can(task, 'edit') && then.description !== task.description && !found.isPlaceholderData && (
                <div style={{ marginTop: 8 }}>
                  <Button onClick={restore}>{t('asof.restore')}</Button>
                </div>
              )}
              <div className="section-head">{t('task.discussion')}</div>
              <div className="feed">
                {(then.comments ?? []).map((c) => (
                  <CommentItem key={c.id} comment={{ ...c, allowed_actions: [] }} task={then} />
                ))}
                {(then.comments ?? []).length === 0 && <p className="muted small">{t('asof.no_comments')}</p>}
              </div>
            </div>
          </div>
          {!narrow && properties}
        </div>
      )}
    </>
  );
}
