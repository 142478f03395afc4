import { useTranslation } from 'react-i18next';
import { usePeople, useProjects, useTags } from '../../api/refs';
import { PRIORITIES, type Priority, STATUSES, type Status, type TaskRow } from '../../api/types';
import { dueWords, hoursWords } from '../../lib/dates';
import { PriorityWord, StatusWord, Tag } from '../../ui/marks';
import { useDateCtx } from '../../ui/useDateCtx';

interface Known {
  name?: string;
  key?: string;
  title?: string;
}
/** A value of any field in words: of the history, of a conflict. Takes ids and references alike. */
export function FieldValue({ field, value, task }: { field: string; value: unknown; task?: TaskRow }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const people = usePeople();
  const tags = useTags();
  const projects = useProjects();
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return <span className="muted">{t('history.nothing')}</span>;
  if (field === 'status' && STATUSES.includes(value as Status)) return <StatusWord status={value as Status} />;
  if (field === 'priority' && PRIORITIES.includes(value as Priority)) return <PriorityWord priority={value as Priority} />;
  if (typeof value === 'object' && Object.keys(value).length === 0) return <span className="muted">{t('history.nothing')}</span>;
  if (typeof value === 'boolean') return <>{t(value ? 'ui.yes' : 'ui.no')}</>;

  const one = (item: unknown): string => {
    if (typeof item === 'object' && item !== null) {
      const known = item as Known & { user?: Known };
      const person = known.user ?? known;
      return person.name ?? (known.key ? `${known.key}${known.title ? ` ${known.title}` : ''}` : Object.entries(item).map(([name, v]) => `${name}: ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`).join(', '));
    }
    if (typeof item === 'number' || (typeof item === 'string' && /^\d+$/.test(item))) {
      const id = Number(item);
      if (/hours/.test(field)) return hoursWords(id, ctx.lang);
      if (/tag/.test(field)) return tags.data?.find((x) => x.id === id)?.name ?? task?.tags.find((x) => x.id === id)?.name ?? `#${id}`;
      if (/project/.test(field)) return projects.data?.find((x) => x.id === id)?.name ?? `#${id}`;
      if (/owner|supervisor|assignee|collaborator|user/.test(field)) return people.data?.find((x) => x.id === id)?.name ?? task?.assignees.find((a) => a.user.id === id)?.user.name ?? `#${id}`;
      if (/parent/.test(field)) return `#${id}`;
    }
    if (typeof item === 'string' && /^\d{4}-\d\d-\d\d(T.*)?$/.test(item)) return dueWords(item.includes('T') ? item : `${item}T12:00:00Z`, item.includes('T') ? ctx : { ...ctx, zone: 'UTC' });
    return String(item);
  };
  if (Array.isArray(value)) {
    if (/tag/.test(field) && typeof value[0] === 'object') return <span className="row-flex">{(value as { id: number; name: string; color: string }[]).map((tag) => <Tag key={tag.id} tag={tag} />)}</span>;
    return <>{value.map(one).join(', ')}</>;
  }
  return <>{one(value)}</>;
}
