import { useTranslation } from 'react-i18next';
import { PRIORITIES, type Priority, STATUSES, type Status } from '../../api/types';
import { dueWords, fullWords } from '../../lib/dates';
import { PriorityWord, StatusWord } from '../../ui/marks';
import { useDateCtx } from '../../ui/useDateCtx';

/** Fields of the exchange as people call them. */
export const TASK_FIELD: Record<string, string> = { name: 'title', content: 'description', status: 'status', priority: 'priority', deadline: 'due_date', external_id: 'external_ids', comment: 'comment', date_check: 'check_date', date_start_plan: 'planned_start', date_end_plan: 'planned_end' };
export const TEXTS = new Set(['name', 'content']);

export function useFieldName() {
  const { t } = useTranslation();
  return (field: string) => (TASK_FIELD[field] ? t(`field.${TASK_FIELD[field]}`) : field);
}
export const textOf = (value: unknown): string => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** A value of the wire as the task shows it. */
export function WireValue({ field, value }: { field: string; value: unknown }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  if (value === null || value === undefined || value === '') return <span className="muted">{t('history.nothing')}</span>;
  if (field === 'status' && STATUSES.includes(value as Status)) return <StatusWord status={value as Status} />;
  if (field === 'priority' && PRIORITIES.includes(value as Priority)) return <PriorityWord priority={value as Priority} />;
  if (field === 'deadline' && typeof value === 'string' && !Number.isNaN(Date.parse(value)))
    return (
      <time dateTime={value} title={fullWords(value, ctx)}>
        {dueWords(value, ctx)}
      </time>
    );
  return <span className="wire-text">{textOf(value)}</span>;
}
