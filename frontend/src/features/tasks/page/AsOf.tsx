import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { fullWords } from '../../../lib/dates';
import { Button } from '../../../ui/Button';
import { Markdown } from '../../../ui/Markdown';
import { Page } from '../../../ui/Page';
import { ErrorState, LinesSkeleton } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { CommentItem } from './CommentItem';
import { Properties } from './Properties';
import './task.css';

/** The task with its comments as it was: to be read, not changed. */
export function AsOf({ taskKey, at, onBack }: { taskKey: string; at: string; onBack(): void }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const found = useQuery({ queryKey: ['as-of', taskKey, at], queryFn: () => api.tasks.asOf(taskKey, at), staleTime: Infinity });
  const task = found.data;
  return (
    <Page title={taskKey}>
      <div className="asof" role="status">
        {t('asof.banner', { when: fullWords(at, ctx) })}
        <Button onClick={onBack}>{t('asof.back')}</Button>
      </div>
      {found.isPending && <LinesSkeleton />}
      {found.isError && <ErrorState title={t('asof.failed')} error={found.error} onRetry={() => void found.refetch()} />}
      {task && (
        <div className="task">
          <div className="task-main">
            <div className="task-col">
              <h2 className="task-title">{task.title}</h2>
              <div className="desc">
                <Markdown text={task.description} />
              </div>
              <div className="section-head">{t('task.discussion')}</div>
              <div className="feed">
                {(task.comments ?? []).map((c) => (
                  <CommentItem key={c.id} comment={{ ...c, allowed_actions: [] }} task={task} />
                ))}
                {(task.comments ?? []).length === 0 && <p className="muted small">{t('asof.no_comments')}</p>}
              </div>
            </div>
          </div>
          <Properties task={{ ...task, allowed_actions: [] }} open={null} onOpen={() => undefined} />
        </div>
      )}
    </Page>
  );
}
