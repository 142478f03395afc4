import type { QueryClient } from '@tanstack/react-query';
import { isActive, peopleQuery, projectsQuery, tagsQuery } from '../../../api/refs';
import { type Note, type Parsed, parseLine } from './parse';
import { type KnownHere, tasksQuery } from './useKnown';

/**
 * A line read for good: every name in it is looked up first. For fields that are free again at
 * Enter, before the answer to the last word typed has come. What can't be asked stays as known.
 */
export async function understand(client: QueryClient, line: string, known: KnownHere, zone: string): Promise<Parsed> {
  const now = new Date();
  const read = (by: KnownHere) => parseLine(line, { ...by, now, zone });
  const or = <T>(work: Promise<T>, otherwise: T): Promise<T> => work.catch(() => otherwise);
  const [projects, tags, first] = await Promise.all([
    or(client.ensureQueryData(projectsQuery()).then((page) => page.items), known.projects),
    or(client.ensureQueryData(tagsQuery()).then((page) => page.items), known.tags),
    or(client.ensureQueryData(peopleQuery()).then((page) => page.items.filter(isActive)), []),
  ]);
  const here: KnownHere = { ...known, projects, tags, people: merged(known.people, first) };
  const once = read(here);
  const unknown = (kind: Note['kind']) => [...new Set(once.notes.filter((n) => n.kind === kind).map((n) => n.text.slice(1)))];
  const [who, which] = [unknown('person'), unknown('parent')];
  if (who.length === 0 && which.length === 0) return once;
  const people = await Promise.all(who.map((q) => or(client.fetchQuery(peopleQuery(q)).then((page) => page.items.filter(isActive)), [])));
  const tasks = await Promise.all(which.map((q) => or(client.fetchQuery(tasksQuery(q)).then((page) => page.items), [])));
  return read({ ...here, people: merged(here.people, people.flat()), tasks: merged(here.tasks, tasks.flat()) });
}

function merged<T extends { id: number }>(one: T[], more: T[]): T[] {
  return [...new Map([...one, ...more].map((x) => [x.id, x])).values()];
}
