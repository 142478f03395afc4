import { type NewTask, type Task, type TaskRef, TITLE_MAX } from '../../../api/types';
import { bodyOf } from './body';
import { restOf, type Row } from './lines';
import type { Parsed } from './parse';
import type { Place } from './store';

/** One line of many on its way. */
export interface Sent {
  row: Row;
  parsed: Parsed;
  state: 'waiting' | 'running' | 'done' | 'failed';
  task?: TaskRef;
  /** Why there is no task: a reason of this page, or what the server said. */
  why?: 'no_title' | 'too_long' | 'no_parent';
  error?: unknown;
}
interface Options {
  place: Place;
  usual: number | null;
  /** One key for one intent; goes along to the next try. */
  keys: Map<string, string>;
  create(body: NewTask, key: string): Promise<Task>;
  /** After each step: how far it is, and what is left as lines. */
  show(sent: Sent[], left: string): void;
  stopped(): boolean;
}
export interface Outcome {
  sent: Sent[];
  left: string;
  keys: Map<string, string>;
}

/** What is meant: the number of the line makes two equal lines two tasks. */
export const intentOf = (body: NewTask, line = 0): string => `${line} ${JSON.stringify(body)}`;

/** A sub-task goes where its parent went; everything else the place gives goes to all alike. */
const below = (place: Place, parent: TaskRef): Place => ({ ...place, values: { ...place.values, parent, project_id: undefined } });

/** One request for each line, parents before children. What fails leaves its own children waiting, and nobody else. */
export async function sendRows(rows: Row[], all: Parsed[], { place, usual, keys, create, show, stopped }: Options): Promise<Outcome> {
  const sent: Sent[] = rows.map((row, i) => ({ row, parsed: all[i]!, state: 'waiting' }));
  const tried = new Map<number, { body: NewTask; key: string }>();
  const rest = () => restOf(rows, sent.map((one) => one.task), (i) => all[i]!.parent !== undefined);
  const now = (i: number, more: Partial<Sent>) => {
    sent[i] = { ...sent[i]!, ...more };
    show([...sent], rest().text);
  };
  show([...sent], rest().text);
  for (const [i, row] of rows.entries()) {
    if (stopped()) break;
    const parsed = all[i]!;
    // A parent that the line names itself goes before the one above it.
    const above = row.parent === null || parsed.parent ? null : sent[row.parent]!;
    const why = !parsed.title ? 'no_title' : parsed.title.length > TITLE_MAX ? 'too_long' : above && !above.task ? 'no_parent' : undefined;
    if (why) {
      now(i, { state: 'failed', why });
      continue;
    }
    const { body } = bodyOf(parsed, above ? below(place, above.task!) : place, usual);
    const key = keys.get(intentOf(body, i)) ?? crypto.randomUUID();
    tried.set(i, { body, key });
    now(i, { state: 'running' });
    try {
      const { id, key: name, title, status } = await create(body, key);
      now(i, { state: 'done', task: { id, key: name, title, status } });
    } catch (error) {
      now(i, { state: 'failed', error });
    }
  }
  const left = rest();
  // The line has another number next time; a lost answer still makes no second task.
  const next = new Map<string, string>();
  for (const [n, i] of left.rows.entries()) {
    const one = tried.get(i);
    if (one) next.set(intentOf(one.body, n), one.key);
  }
  return { sent, left: left.text, keys: next };
}
