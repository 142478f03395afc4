import { IconArrowRight, IconArrowsExchange } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activity } from '../../api/overview';
import type { Change } from '../../api/types';
import { clip, plainWords } from '../../lib/text';
import { Avatar } from '../../ui/people';
import { dayDistance, dueWords, fullWords, wallTime } from '../../lib/dates';
import { useDateCtx } from '../../ui/useDateCtx';
import { FieldValue } from '../tasks/values';
import './feed.css';

/** Fields that follow from others or mean nothing to people. */
const HIDDEN = new Set(['version', 'updated_at', 'event_seq', 'rank', 'started_at', 'completed_at', 'closed_at', 'first_answered_at', 'overdue', 'archived_at', 'deleted_at']);
/** Told by their name alone: the texts are on the page of the task. */
const LONG = new Set(['title', 'description', 'body', 'metadata', 'assignees', 'tags', 'tag_ids', 'external_ids']);

const NEAR_MS = 600_000;
/** The same done by one person several times in a row reads as one line: with the tasks it was done to. */
export interface Told {
  first: Activity;
  tasks: Activity['task'][];
}
export function fold(items: Activity[]): Told[] {
  const out: Told[] = [];
  for (const item of items) {
    const last = out.at(-1);
    const { event } = item;
    const alike = last && last.first.event.type === event.type && last.first.event.actor?.id === event.actor?.id && last.first.event.cause?.source === event.cause?.source;
    // What somebody wrote is told in full.
    if (!alike || event.comment?.body || Math.abs(Date.parse(last.first.event.occurred_at) - Date.parse(event.occurred_at)) > NEAR_MS) out.push({ first: item, tasks: [item.task] });
    else if (!last.tasks.some((task) => task.id === item.task.id)) last.tasks.push(item.task);
  }
  return out;
}

export function ActivityFeed({ items, withTitle }: { items: Activity[]; withTitle?: boolean }) {
  return (
    <ul className="acts">
      {fold(items).map((told) => (
        <Line key={told.first.event.id} told={told} withTitle={withTitle} />
      ))}
    </ul>
  );
}

const KEYS = 3;
function Line({ told: { first, tasks }, withTitle }: { told: Told; withTitle?: boolean }) {
  const { event } = first;
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
          <b>{outside ? t('history.erp', { source: event.cause?.source }) : (event.actor?.name ?? t('history.system'))}</b> <span className="second">· {verb} ·</span>{' '}
          {tasks.slice(0, KEYS).map((task, i) => (
            <span key={task.id}>
              {i > 0 && ', '}
              <Link to="/tasks/$key" params={{ key: task.key }} className="act-key" data-stop title={task.title}>
                {task.key}
              </Link>
            </span>
          ))}
          {tasks.length > KEYS && <span className="second"> {t('project.and_more', { count: tasks.length - KEYS })}</span>}
          {withTitle && tasks.length === 1 && <span className="second act-title"> {tasks[0]!.title}</span>}
        </p>
        {plain.length === 1 && tasks.length === 1 && <p className="act-more">{step(plain[0]!)}</p>}
        {event.comment?.body && <p className="act-more second">«{clip(plainWords(event.comment.body), 140)}»</p>}
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
