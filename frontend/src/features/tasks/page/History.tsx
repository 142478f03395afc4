import { IconArchive, IconArrowBackUp, IconArrowsExchange, IconArrowsSplit2, IconArrowRight, IconEye, IconCalendar, IconHistory, IconMessage2, IconPencil, IconPlus, IconStatusChange, IconTag, IconTrash, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Assignee, Change, HistoryEntry, PersonRef, Task, TaskRef } from '../../../api/types';
import type { RelationKind } from '../../../api/relations';
import { dayOf, dueWords } from '../../../lib/dates';
import { clip } from '../../../lib/text';
import { Button, IconButton } from '../../../ui/Button';
import { Diff } from '../../../ui/Diff';
import { ErrorState, LinesSkeleton } from '../../../ui/states';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Ago } from '../../../ui/Time';
import { useDateCtx } from '../../../ui/useDateCtx';
import { useHistory } from '../queries';
import { FieldValue } from '../values';

const icon = { size: 14, stroke: 1.5, 'aria-hidden': true } as const;
function iconOf(type: string) {
  if (type === 'TaskCreated') return <IconPlus {...icon} />;
  if (type.includes('Status')) return <IconStatusChange {...icon} />;
  if (type.includes('Relation')) return <IconArrowsSplit2 {...icon} />;
  if (type.includes('Watcher')) return <IconEye {...icon} />;
  if (type.startsWith('Comment')) return <IconMessage2 {...icon} />;
  if (/Assigned|Unassigned/.test(type)) return <IconUser {...icon} />;
  if (type.includes('Tag')) return <IconTag {...icon} />;
  if (type.includes('Due')) return <IconCalendar {...icon} />;
  if (type.includes('rchive')) return <IconArchive {...icon} />;
  if (type.includes('Delete')) return <IconTrash {...icon} />;
  return <IconPencil {...icon} />;
}
/** Fields whose name says more than the event's. */
const SPOKEN = new Set(['owner', 'collaborators']);
const TEXTS = new Set(['title', 'description', 'body']);
const HIDDEN = new Set(['version', 'updated_at', 'event_seq', 'rank', 'started_at', 'completed_at', 'closed_at', 'first_answered_at', 'overdue', 'archived_at', 'deleted_at']);

/** What changed, field by field; of assignees the owner apart from the others. */
function changesOf(entry: HistoryEntry): [string, Change][] {
  return Object.entries(entry.changes ?? {})
    .filter(([name]) => !HIDDEN.has(name))
    .flatMap(([name, change]): [string, Change][] => {
      if (name !== 'assignees') return [[name, change]];
      const side = (value: unknown, role: string) => (Array.isArray(value) ? (value as Assignee[]).filter((a) => a.role === role).map((a) => a.user) : []);
      return (['owner', 'collaborator'] as const)
        .map((role): [string, Change] => [role === 'owner' ? 'owner' : 'collaborators', { from: side(change.from, role), to: side(change.to, role) }])
        .filter(([, c]) => JSON.stringify((c.from as PersonRef[]).map((p) => p.id)) !== JSON.stringify((c.to as PersonRef[]).map((p) => p.id)));
    });
}

export function History({ task, onAsOf }: { task: Task; onAsOf(at: string): void }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const found = useHistory(task.id, true);
  if (found.isPending) return <LinesSkeleton lines={5} />;
  if (found.isError) return <ErrorState title={t('history.failed')} error={found.error} onRetry={() => void found.refetch()} />;
  const entries = found.data.pages.flatMap((p) => p.items);
  const day = (entry: HistoryEntry | undefined) => (entry ? dayOf(entry.occurred_at, ctx.zone) : '');
  return (
    <div className="feed">
      {entries.map((entry, i) => (
        <Fragment key={entry.id}>
          {day(entry) !== day(entries[i - 1]) && <h3 className="feed-day">{dueWords(`${day(entry)}T12:00:00Z`, { ...ctx, zone: 'UTC' })}</h3>}
          <Entry entry={entry} task={task} onAsOf={onAsOf} />
        </Fragment>
      ))}
      {found.hasNextPage && (
        <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('history.more')}
        </Button>
      )}
    </div>
  );
}

export function Entry({ entry, task, onAsOf }: { entry: HistoryEntry; task: Task; onAsOf?(at: string): void }) {
  const { t, i18n } = useTranslation();
  const created = entry.type === 'TaskCreated';
  const all = changesOf(entry);
  const related = all.find(([name]) => name === 'relation')?.[1];
  const changes = all.filter(([name]) => name !== 'relation' && !(name === 'watcher' && entry.type.includes('Watcher')));
  const undone = entry.cause?.kind === 'undo';
  const outside = entry.cause?.kind === 'consumer';
  const who = entry.actor?.name ?? (outside ? t('history.erp', { source: entry.cause?.source ?? '' }).trim() : t('history.system'));
  const typeKey = `history.type.${entry.type}`;
  // One plain change stands in the line itself.
  const single = !created && changes.length === 1 && !TEXTS.has(changes[0]![0]) && !entry.comment?.body ? changes[0]! : null;
  const step = ([name, change]: [string, Change]) => (
    <>
      <FieldValue field={name} value={change.from} task={task} />
      <IconArrowRight size={12} stroke={1.5} className="muted" aria-label={t('history.became')} role="img" />
      <FieldValue field={name} value={change.to} task={task} />
    </>
  );
  const fieldName = (name: string) => (i18n.exists(`field.${name}`) ? t(`field.${name}`) : name);
  return (
    <div className="hist">
      <span className="hist-icon">{outside ? <IconArrowsExchange {...icon} /> : undone ? <IconArrowBackUp {...icon} /> : iconOf(entry.type)}</span>
      <div>
        <div className="hist-line">
          <b>{who}</b>
          <span className="second">{single && SPOKEN.has(single[0]) ? fieldName(single[0]) : single && entry.type === 'TaskUpdated' ? fieldName(single[0]) : i18n.exists(typeKey) ? t(typeKey) : entry.type}</span>
          {single && step(single)}
          {related && <Related value={related.to ?? related.from} />}
          <Watcher entry={entry} />
          {undone && <span className="muted">{t('history.undone')}</span>}
          <span className="muted">
            <Ago at={entry.occurred_at} />
          </span>
          {entry.comment?.internal && <span className="muted">{t('comment.internal')}</span>}
          {outside && entry.actor && <span className="muted">{t('history.via', { source: entry.cause?.source ?? '' })}</span>}
        </div>
        {!created &&
          !single &&
          changes.map(([name, change]) =>
            TEXTS.has(name) ? (
              <div key={name}>
                {changes.length > 1 && <div className="muted">{fieldName(name)}</div>}
                <div className="hist-box">
                  <Diff before={String(change.from ?? '')} after={String(change.to ?? '')} />
                </div>
              </div>
            ) : (
              <div key={name} className="hist-line">
                <span className="muted">{fieldName(name)}</span>
                {step([name, change])}
              </div>
            ),
          )}
        {entry.comment?.body && !changes.some(([name]) => name === 'body') && <div className="hist-box second">{clip(entry.comment.body, 240)}</div>}
      </div>
      {onAsOf && <IconButton name={t('history.as_it_was')} icon={<IconHistory size={14} stroke={1.5} />} onClick={() => onAsOf(entry.occurred_at)} />}
    </div>
  );
}

/** The other end of a relation that came or went. */
function Related({ value }: { value: unknown }) {
  const { t } = useTranslation();
  const { kind, task } = (value ?? {}) as { kind?: RelationKind; task?: TaskRef };
  if (!kind || !task) return null;
  return (
    <>
      <span className="second">{t(`relation.kind.${kind}`)}</span>
      <Link to="/tasks/$key" params={{ key: task.key }} className="hist-ref" title={task.title}>
        <StatusIcon status={task.status} size={14} />
        {task.key}
      </Link>
    </>
  );
}
/** Who began or ceased to watch, where it is somebody else than who did it. */
function Watcher({ entry }: { entry: HistoryEntry }) {
  const change = entry.type.includes('Watcher') ? Object.values(entry.changes ?? {})[0] : undefined;
  const person = (change?.to ?? change?.from) as PersonRef | null | undefined;
  return person && person.id !== entry.actor?.id ? <span>{person.name}</span> : null;
}
