import { IconArrowRight, IconArrowsExchange } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '../../api/overview';
import type { Change } from '../../api/types';
import { clip } from '../../lib/text';
import { Avatar } from '../../ui/people';
import { dayDistance, dueWords, fullWords, wallTime } from '../../lib/dates';
import { useDateCtx } from '../../ui/useDateCtx';
import { FieldValue } from '../tasks/values';
import './feed.css';

/** Fields that follow from others or mean nothing to people. */
const HIDDEN = new Set(['version', 'updated_at', 'event_seq', 'rank', 'started_at', 'completed_at', 'closed_at', 'first_answered_at', 'overdue', 'archived_at', 'deleted_at']);
/** Told by their name alone: the texts are on the page of the task. */
const LONG = new Set(['title', 'description', 'body', 'metadata', 'assignees', 'tags', 'tag_ids', 'external_ids']);

/** Several events of one person on one task in a row read as one line. */
export function fold(items: Activity[]): { first: Activity; more: number }[] {
  const out: { first: Activity; more: number }[] = [];
  for (const item of items) {
    const last = out.at(-1);
    const near = last && Math.abs(Date.parse(last.first.event.occurred_at) - Date.parse(item.event.occurred_at)) < 300_000;
    if (last && near && last.first.task.id === item.task.id && last.first.event.actor?.id === item.event.actor?.id && last.first.event.type === item.event.type && item.event.type === 'TaskUpdated') last.more++;
    else out.push({ first: item, more: 0 });
  }
  return out;
}

export function ActivityFeed({ items, withTitle }: { items: Activity[]; withTitle?: boolean }) {
  return (
    <ul className="acts">
      {fold(items).map(({ first, more }) => (
        <Line key={first.event.id} item={first} more={more} withTitle={withTitle} />
      ))}
    </ul>
  );
}

function Line({ item: { task, event }, more, withTitle }: { item: Activity; more: number; withTitle?: boolean }) {
  const { t, i18n } = useTranslation();
  const outside = event.cause?.source && (event.cause.kind === 'consumer' || event.cause.kind === 'integration');
  const changes = Object.entries(event.changes ?? {}).filter(([name]) => !HIDDEN.has(name));
  const plain = event.type === 'TaskCreated' ? [] : changes.filter(([name]) => !LONG.has(name));
  const fieldName = (name: string) => (i18n.exists(`field.${name}`) ? t(`field.${name}`) : name);
  const type = `history.type.${event.type}`;
  const verb: ReactNode =
    event.type === 'TaskUpdated' && changes.length > 0
      ? clip(changes.map(([name]) => fieldName(name).toLowerCase()).join(', '), 60)
      : i18n.exists(type)
        ? t(type)
        : event.type;
  const step = ([name, change]: [string, Change]) => (
    <span key={name} className="act-step">
      <FieldValue field={name} value={change.from} />
      <IconArrowRight size={12} stroke={1.5} className="muted" aria-label={t('history.became')} role="img" />
      <FieldValue field={name} value={change.to} />
    </span>
  );
  return (
    <li className="act">
      {outside || !event.actor ? (
        <span className="act-icon">
          <IconArrowsExchange size={16} stroke={1.5} aria-hidden="true" />
        </span>
      ) : (
        <Avatar person={event.actor} size={24} />
      )}
      <div className="act-body">
        <p>
          <b>{outside ? t('history.erp', { source: event.cause?.source }) : (event.actor?.name ?? t('history.system'))}</b> <span className="second">{verb}</span>{' '}
          <Link to="/tasks/$key" params={{ key: task.key }} className="act-key" data-stop title={task.title}>
            {task.key}
          </Link>
          {withTitle && <span className="second act-title"> {task.title}</span>}
        </p>
        {plain.length === 1 && <p className="act-more">{step(plain[0]!)}</p>}
        {event.comment?.body && <p className="act-more second">«{clip(event.comment.body.replace(/\s+/g, ' '), 140)}»</p>}
        {more > 0 && <p className="act-more muted small">{t('project.and_more', { count: more })}</p>}
      </div>
      <span className="act-when">
        <When at={event.occurred_at} />
      </span>
    </li>
  );
}

/** Short, for the edge of a feed: the clock today, the day before that. */
export function When({ at }: { at: string }) {
  const ctx = useDateCtx();
  const clock = wallTime(new Date(at), ctx.zone);
  const words = dayDistance(at, ctx) === 0 ? `${clock.hour}:${String(clock.minute).padStart(2, '0')}` : dueWords(at, ctx).replace(/,.*/, '');
  return (
    <time dateTime={at} title={fullWords(at, ctx)} className="nowrap">
      {words}
    </time>
  );
}
