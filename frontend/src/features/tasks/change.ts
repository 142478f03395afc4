import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { commitOf } from '../../api/client';
import * as api from '../../api/endpoints';
import { ApiProblem, asProblem, currentTask } from '../../api/problem';
import { isWaiting, type Kept, keepWrite, queue } from '../../api/queue';
import type { Page, Project, Status, TagRef, Task, TaskInput, TaskRef, TaskRow, User } from '../../api/types';
import { unreached } from '../../lib/offline';
import { createStore } from '../../lib/store';
import { rememberUndo, showToast } from '../../lib/toasts';
import { useProblemText } from '../../ui/states';
import { type Field, ownerOf, preview, rebase } from './model';
import { cachedTask, patchCaches, putTask, refreshLists } from './queries';
import { useUndoOffer } from './undo';

/** A question to the person: both sides changed the same thing. */
export interface ConflictAsk {
  base: TaskRow | Task;
  theirs: Task;
  mine: TaskInput;
  fields: Field[];
  /** What goes on being sent, or null to leave the task as the others have it. */
  answer(input: TaskInput | null): void;
}
export const conflictAsk = createStore<ConflictAsk | null>(null);
/** A question to the person: open tasks block this one. */
export interface BlockedAsk {
  key: string;
  status: Status;
  blockers: TaskRef[];
  go(): void;
}
export const blockedAsk = createStore<BlockedAsk | null>(null);
/** Tasks with a change under way: the dotted margin. */
export const waiting = createStore<ReadonlySet<number>>(new Set());

const queues = new Map<number, Promise<unknown>>();
/** One change at a time for a task: the next goes out on the version the last one made. */
export function inTurn<T>(id: number, work: () => Promise<T>): Promise<T> {
  const before = queues.get(id) ?? Promise.resolve();
  const next = before.then(work, work);
  queues.set(id, next);
  mark(id, true);
  const done = () => {
    if (queues.get(id) !== next) return;
    queues.delete(id);
    mark(id, false);
  };
  next.then(done, done);
  return next;
}
const busy = new Set<number>();
function mark(id: number, on: boolean) {
  if (on) busy.add(id);
  else busy.delete(id);
  showWaiting();
}
/** Under way now, or kept until the line is back. */
function showWaiting() {
  const set = new Set([...busy, ...queue.get().flatMap((item) => (item.task ? [item.task.id] : []))]);
  const now = waiting.get();
  if (set.size !== now.size || [...set].some((id) => !now.has(id))) waiting.set(set);
}
queue.subscribe(showWaiting);

/** What my own last changes made of a version: a later one that began on it goes on from there. */
const made = new WeakMap<QueryClient, Map<string, Task>>();
const after = (client: QueryClient, id: number, version: number) => made.get(client)?.get(`${id}:${version}`);
function remember(client: QueryClient, version: number, task: Task) {
  const mine = made.get(client) ?? new Map<string, Task>();
  made.set(client, mine.set(`${task.id}:${version}`, task));
  if (mine.size > 200) mine.delete(mine.keys().next().value!);
}

export type Outcome = { task: Task; merged: boolean } | { task: null; kept: Task };

/** Sends a change; on 412 merges what does not collide and asks about the rest. */
export async function sendChange(client: QueryClient, base: TaskRow | Task, mine: TaskInput, ask: typeof askPerson = askPerson, key?: string): Promise<Outcome> {
  let input = mine;
  let version = base.version;
  let from: TaskRow | Task = base;
  let merged = false;
  for (let round = 0; ; round++) {
    for (let next = after(client, base.id, version); next && next.version > version; next = after(client, base.id, version)) {
      from = next;
      version = next.version;
    }
    try {
      const task = await api.tasks.change(base.id, version, input, round === 0 ? key : undefined);
      remember(client, version, task);
      putTask(client, task);
      return { task, merged };
    } catch (error) {
      const problem = asProblem(error);
      const theirs = currentTask(problem);
      if (problem.status !== 412 || !theirs || round > 5) throw error;
      const next = rebase(from, input, theirs);
      if (next.collided.length > 0) {
        const answer = await ask({ base: from, theirs, mine: input, fields: next.collided });
        if (!answer) {
          putTask(client, theirs);
          return { task: null, kept: theirs };
        }
        input = answer;
      } else {
        input = next.input;
        merged = true;
        if (Object.keys(input).length === 0) {
          putTask(client, theirs);
          return { task: theirs, merged };
        }
      }
      from = theirs;
      version = theirs.version;
    }
  }
}

function askPerson(question: Omit<ConflictAsk, 'answer'>): Promise<TaskInput | null> {
  return new Promise((resolve) => {
    conflictAsk.set({
      ...question,
      answer(input) {
        conflictAsk.set(null);
        resolve(input);
      },
    });
  });
}

/** A change that waits for the line. */
export interface KeptChange {
  base: TaskRow | Task;
  input: TaskInput;
}
/** It is seen as made wherever the task is shown, also over what the server still says. */
export function paintKept(client: QueryClient, row: TaskRow): TaskRow {
  for (const item of queue.get()) {
    if (item.kind === 'change' && item.task?.id === row.id) row = pick(row, preview(row, (item.work as KeptChange).input, known(client)));
  }
  return row;
}

/** Given up: what it had painted goes back to what was there before. */
export function unpaint(client: QueryClient, item: Kept): void {
  if (item.kind !== 'change' || !item.task) return;
  const { base, input } = item.work as KeptChange;
  const names = Object.keys(preview(base, input, known(client)));
  const back = Object.fromEntries(names.map((name) => [name, (base as unknown as Record<string, unknown>)[name]]));
  patchCaches(client, item.task.id, (row) => pick(row, back as Partial<Task>));
}

/** To done or closed although an open task blocks it: only when a person has said so. */
type Sent = TaskInput & { even_if_blocked?: boolean };

interface HowTo {
  /** What the person saw when they began to edit; else the newest that is known. */
  base?: TaskRow | Task;
  /** Said when it is done, with the way back; status and assignee have words of their own. */
  toast?: string;
  /** The caller says it, and offers the way back: the change is one step of several. */
  quiet?: boolean;
}

/** `change(task, input)`: painted at once, sent in turn, rolled back when refused. */
export function useChangeTask() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const offer = useUndoOffer();
  return useCallback(
    function change(task: TaskRow | Task, input: Sent, how: HowTo = {}): Promise<Task | null> {
      const before = cachedTask(client, task.id) ?? task;
      const painted = preview(before, input, known(client));
      patchCaches(client, task.id, (row) => pick(row, painted));
      return inTurn(task.id, async () => {
        const base = how.base ?? { ...before, version: (cachedTask(client, task.id) ?? before).version };
        const id = crypto.randomUUID();
        const keep = () => keepWrite<KeptChange>({ id, kind: 'change', task: { id: task.id, key: task.key, title: task.title }, work: { base, input } });
        // Behind what already waits: changes of one task go in the order they were made.
        if (isWaiting(task.id) && (await keep())) return null;
        try {
          const outcome = await sendChange(client, base, input, askPerson, id);
          refreshLists(client);
          if (!outcome.task) return null;
          if (outcome.merged) showToast({ kind: 'info', text: t('toast.merged', { key: task.key }) });
          const action = offer([commitOf(outcome.task)]);
          const text = how.toast ?? wordsFor(outcome.task, input, t);
          if (how.quiet) return outcome.task;
          if (text && !outcome.merged) showToast({ kind: 'done', text, action });
          else if (action) rememberUndo(action.run);
          return outcome.task;
        } catch (error) {
          if (unreached(error) && (await keep())) return null;
          const back = Object.fromEntries(Object.keys(painted).map((name) => [name, (before as unknown as Record<string, unknown>)[name]]));
          patchCaches(client, task.id, (row) => (row.version > before.version ? row : pick(row, back as Partial<Task>)));
          refreshLists(client);
          const problem = error instanceof ApiProblem ? error : null;
          const blockers = problem?.code === 'task-blocked' ? (problem.body.blocked_by as TaskRef[] | undefined) : undefined;
          if (blockers && input.status)
            blockedAsk.set({ key: task.key, status: input.status, blockers, go: () => void change(cachedTask(client, task.id) ?? task, { ...input, even_if_blocked: true }, how).catch(() => undefined) });
          else showToast({ kind: 'error', text: t('toast.not_saved', { key: task.key }), detail: words(error), requestId: problem?.requestId });
          throw error;
        }
      });
    },
    [client, offer, t, words],
  );
}
/** What is said of a change that people want to see confirmed. */
function wordsFor(task: Task, input: TaskInput, t: TFunction): string | null {
  if (input.status) return t('toast.status', { key: task.key, status: t(`status.${input.status}`) });
  if (input.owner_id === null) return t('undo.nobody', { key: task.key });
  if (input.owner_id !== undefined) return t('undo.assigned', { key: task.key, name: ownerOf(task)?.name ?? '' });
  return null;
}

/** Members a row does not hold stay out of it. */
function pick(row: TaskRow, patch: Partial<Task>): TaskRow {
  const next: Record<string, unknown> = { ...row };
  for (const [name, value] of Object.entries(patch)) if (name in row) next[name] = value;
  return next as unknown as TaskRow;
}

function known(client: QueryClient) {
  const people = client.getQueriesData<Page<User>>({ queryKey: ['people'] }).flatMap(([, page]) => page?.items ?? []);
  return {
    people,
    tags: client.getQueryData<Page<TagRef>>(['tags'])?.items,
    projects: client.getQueryData<Page<Project>>(['projects'])?.items,
  };
}
