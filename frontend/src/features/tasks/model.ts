import type { Assignee, PersonRef, Project, TagRef, Task, TaskInput, TaskRow, User } from '../../api/types';
import { currentSession } from '../../api/session';
import { browserZone, fromWallTime } from '../../lib/dates';
import { mergeTexts } from '../../lib/merge';
import { same } from '../../lib/text';

export type Field = Exclude<keyof TaskInput, 'comment'>;

export const ownerOf = (task: Pick<TaskRow, 'assignees'>): PersonRef | null => task.assignees.find((a) => a.role === 'owner')?.user ?? null;
export const collaboratorsOf = (task: Pick<TaskRow, 'assignees'>): PersonRef[] => task.assignees.filter((a) => a.role === 'collaborator').map((a) => a.user);
/** The owner first. */
export const peopleOf = (task: Pick<TaskRow, 'assignees'>): PersonRef[] => [...task.assignees].sort((a) => (a.role === 'owner' ? -1 : 1)).map((a) => a.user);
export const can = (task: Pick<TaskRow, 'allowed_actions'>, action: string): boolean => task.allowed_actions.includes(action);

/** What a member of a change means in a task as it is read. */
export function valueOf(task: TaskRow | Task, field: Field): unknown {
  switch (field) {
    case 'project_id':
      return task.project.id;
    case 'supervisor_id':
      return task.supervisor?.id ?? null;
    case 'parent_id':
      return task.parent?.id ?? null;
    case 'owner_id':
      return ownerOf(task)?.id ?? null;
    case 'tag_ids':
      return task.tags.map((t) => t.id).sort((a, b) => a - b);
    default:
      return (task as unknown as Record<string, unknown>)[field] ?? null;
  }
}

const sorted = (value: unknown) => (Array.isArray(value) ? [...value].sort() : value);
const TEXTS: readonly Field[] = ['title', 'description'];

export interface Rebase {
  /** What can be sent on the newer version as it is. */
  input: TaskInput;
  /** Where both sides changed the same member differently. */
  collided: Field[];
}

/** My change on the task as others have left it: what still fits, and what needs a person. */
export function rebase(base: TaskRow | Task, mine: TaskInput, theirs: Task): Rebase {
  const input: TaskInput = { ...mine };
  const collided: Field[] = [];
  for (const field of Object.keys(mine) as (keyof TaskInput)[]) {
    if (field === 'comment') continue;
    const then = valueOf(base, field);
    const now = valueOf(theirs, field);
    if (same(then, now)) continue;
    if (same(sorted(mine[field]), sorted(now))) {
      delete input[field];
      continue;
    }
    if (TEXTS.includes(field) && typeof then === 'string' && typeof now === 'string') {
      const merged = mergeTexts(then, String(mine[field]), now);
      if (merged !== null) {
        Object.assign(input, { [field]: merged });
        continue;
      }
    }
    collided.push(field);
  }
  return { input, collided };
}

interface Known {
  people?: (PersonRef | User)[];
  tags?: TagRef[];
  projects?: Project[];
}
/** How the task will look, painted before the server answers. */
export function preview(task: TaskRow, input: TaskInput, known: Known): Partial<Task> {
  const out: Record<string, unknown> = {};
  const person = (id: number | null): PersonRef | null => {
    if (id === null) return null;
    const found = known.people?.find((p) => p.id === id) ?? task.assignees.map((a) => a.user).find((p) => p.id === id);
    return found ? { id: found.id, name: found.name, avatar_color: found.avatar_color } : null;
  };
  for (const [name, value] of Object.entries(input) as [keyof TaskInput, never][]) {
    if (name === 'project_id') {
      const project = known.projects?.find((p) => p.id === value);
      if (project) out.project = { id: project.id, key: project.key, name: project.name };
    } else if (name === 'supervisor_id') out.supervisor = person(value);
    else if (name === 'tag_ids') out.tags = (value as number[]).map((id) => known.tags?.find((t) => t.id === id) ?? task.tags.find((t) => t.id === id)).filter(Boolean);
    else if (name === 'owner_id') out.assignees = assigneesWith(task, input, person);
    else if (name === 'due_date') {
      // A bare date is the end of that day; the server says the exact instant.
      const instant = typeof value === 'string' && !(value as string).includes('T') ? endOfDay(value) : value;
      out.due_date = instant;
      out.overdue = instant !== null && new Date(instant).getTime() < Date.now();
    } else if (name === 'check_date' || name === 'planned_start' || name === 'planned_end') {
      // What a bare date means here is the server's word.
      if (value === null || (value as string).includes('T')) out[name] = value;
    } else if (name !== 'comment' && name !== 'parent_id') out[name] = value;
  }
  return out as Partial<Task>;
}

function endOfDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return fromWallTime({ year: year!, month: month!, day: date!, hour: 23, minute: 59, second: 59 }, currentSession()?.user.time_zone ?? browserZone()).toISOString();
}

function assigneesWith(task: TaskRow, input: TaskInput, person: (id: number | null) => PersonRef | null): Assignee[] {
  const owner = input.owner_id === undefined ? ownerOf(task) : person(input.owner_id);
  return [
    ...(owner ? [{ user: owner, role: 'owner' as const }] : []),
    ...collaboratorsOf(task).filter((p) => p.id !== owner?.id).map((user) => ({ user, role: 'collaborator' as const })),
  ];
}
