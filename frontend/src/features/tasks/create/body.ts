import type { NewTask } from '../../../api/types';
import { fromWallTime } from '../../../lib/dates';
import type { Parsed, TokenKind } from './parse';
import type { Draft, Place } from './store';

export type Source = 'line' | 'view' | 'parent' | 'template' | 'last' | 'default';
export interface Made {
  body: NewTask;
  /** Where each value comes from. */
  from: Partial<Record<keyof NewTask, Source>>;
  /** What was typed and does not count here: the place has its own. */
  overruled: TokenKind[];
}

/** What the place insists on goes before what was typed. Of a person it has no need for the first place: that one helps. */
function within(line: Parsed, fixed: Partial<Draft>): { parsed: Parsed; overruled: TokenKind[] } {
  const parsed = { ...line };
  const overruled: TokenKind[] = [];
  if (fixed.priority !== undefined) {
    if (parsed.priority !== undefined && parsed.priority !== fixed.priority) overruled.push('priority');
    delete parsed.priority;
  }
  if (fixed.project_id !== undefined) {
    if (parsed.project !== undefined && parsed.project !== fixed.project_id) overruled.push('project');
    delete parsed.project;
  }
  if (fixed.parent) {
    if (parsed.parent && parsed.parent.id !== fixed.parent.id) overruled.push('parent');
    delete parsed.parent;
  }
  if (fixed.owner_id != null && parsed.owner !== undefined) {
    parsed.collaborators = [parsed.owner, ...parsed.collaborators];
    delete parsed.owner;
  }
  return { parsed, overruled };
}

/** The task that a line makes here: what the place insists on, else what was typed, else what the place offers, else habit. */
export function bodyOf(line: Parsed, place: Place, lastProject: number | null): Made {
  const { parsed, overruled } = within(line, place.fixed ?? {});
  const given = { ...place.values, ...place.fixed };
  const body: NewTask = { title: parsed.title };
  const from: Made['from'] = {};
  const put = <K extends keyof NewTask>(name: K, typed: NewTask[K] | undefined, other: NewTask[K] | null | undefined, source: Source = place.from) => {
    const value = typed ?? other ?? undefined;
    if (value === undefined) return;
    body[name] = value as NewTask[K];
    from[name] = typed === undefined ? source : 'line';
  };
  put('parent_id', parsed.parent?.id, given.parent?.id);
  // A sub-task goes where its parent is, unless somebody says otherwise; of a parent in the line the view knows nothing.
  put('project_id', parsed.project, parsed.parent ? undefined : given.project_id);
  if (body.project_id === undefined && body.parent_id === undefined) put('project_id', undefined, lastProject, 'last');
  put('status', undefined, given.status);
  put('priority', parsed.priority, given.priority === 'medium' ? undefined : given.priority);
  put('priority', body.priority, 'medium', 'default');
  if (parsed.priority === undefined && from.priority === 'line') from.priority = place.from;
  put('owner_id', parsed.owner, given.owner_id);
  const helpers = [...new Set([...parsed.collaborators, ...(given.collaborator_ids ?? [])])].filter((id) => id !== body.owner_id);
  if (helpers.length > 0) body.collaborator_ids = helpers;
  put('due_date', parsed.due, given.due_date);
  put('estimated_hours', parsed.estimate, given.estimated_hours);
  const tags = [...new Set([...(given.tag_ids ?? []), ...parsed.tags])];
  if (tags.length > 0) {
    body.tag_ids = tags;
    from.tag_ids = given.tag_ids?.length ? place.from : 'line';
  }
  if (given.description?.trim()) body.description = given.description;
  return { body, from, overruled };
}

/** The same for the form with every field. */
export function draftOf(parsed: Parsed, made: NewTask, place: Place): Partial<Draft> {
  return {
    title: parsed.title,
    project_id: made.project_id,
    status: made.status,
    priority: made.priority ?? 'medium',
    owner_id: made.owner_id ?? null,
    collaborator_ids: made.collaborator_ids,
    due_date: made.due_date ?? null,
    tag_ids: made.tag_ids ?? [],
    parent: parsed.parent ?? place.values.parent ?? null,
    estimated_hours: made.estimated_hours,
  };
}

/** A bare date as the end of that day in the zone; an instant as it is. */
export function instantOf(due: string, zone: string): string {
  if (due.includes('T')) return due;
  const [year, month, day] = due.split('-').map(Number);
  return fromWallTime({ year: year!, month: month!, day: day!, hour: 23, minute: 59, second: 59 }, zone).toISOString();
}
