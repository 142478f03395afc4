import type { QueryClient } from '@tanstack/react-query';
import type { Comment, LiveEvent, Page, Task, TaskRow } from '../../api/types';
import { createStore } from '../../lib/store';
import { dropFromLists, keys, patchCaches, refreshLists, type TaskPages } from './queries';
import type { InfiniteData } from '@tanstack/react-query';

/** Whose change a row has just taken: the margin in that person's colour. */
export const marks = createStore<Readonly<Record<number, { color: string; event: string }>>>({});
const MARK_MS = 4000;

/** A change made elsewhere, put into what is on the screen. */
export function applyEvent(client: QueryClient, event: LiveEvent, me: number | null): void {
  if (event.task_id === null) {
    if (event.type.startsWith('TaskTemplate')) void client.invalidateQueries({ queryKey: ['templates'] });
    else if (event.type.startsWith('Tag')) void client.invalidateQueries({ queryKey: ['tags'] });
    else if (event.type.startsWith('Project')) void client.invalidateQueries({ queryKey: ['projects'] });
    return;
  }
  const id = event.task_id;
  if (event.task) applyTask(client, event.task, event);
  if (event.type.startsWith('Comment')) applyComment(client, id, event);
  void client.invalidateQueries({ queryKey: keys.history(id) });
  if (event.actor?.id !== me) markTask(id, event.actor?.avatar_color ?? 'var(--text-3)', event.id);
}

function applyTask(client: QueryClient, fresh: TaskRow, event: LiveEvent) {
  // Rights are the reader's own: an event is the same for everyone, so they stay as they were.
  const listed = patchCaches(client, fresh.id, (old) => (old.version >= fresh.version && old.comment_count === fresh.comment_count ? old : { ...old, ...fresh, allowed_actions: old.allowed_actions }));
  for (const [key, task] of client.getQueriesData<Task>({ queryKey: keys.tasks })) {
    // Description, next statuses and rights come with the whole task.
    if (task?.id === fresh.id && event.type !== 'CommentAdded') void client.invalidateQueries({ queryKey: key });
  }
  if (fresh.parent) void client.invalidateQueries({ queryKey: keys.task(fresh.parent.key) });
  if (!listed || !event.type.startsWith('Comment')) refreshLists(client);
}

function applyComment(client: QueryClient, task: number, event: LiveEvent) {
  const comment = event.comment;
  const key = keys.comments(task);
  if (comment) {
    client.setQueryData<InfiniteData<Page<Comment>>>(key, (data) => {
      if (!data) return data;
      if (event.type === 'CommentDeleted') return mapPages(data, (items) => items.filter((c) => c.id !== comment.id));
      const held = data.pages.some((p) => p.items.some((c) => c.id === comment.id));
      if (held) return mapPages(data, (items) => items.map((c) => (c.id === comment.id && c.version <= comment.version ? { ...c, ...comment, allowed_actions: c.allowed_actions } : c)));
      const last = data.pages.length - 1;
      if (event.type !== 'CommentAdded' || data.pages[last]?.next_cursor) return data;
      return mapPages(data, (items, i) => (i === last ? [...items, { ...comment, allowed_actions: comment.allowed_actions ?? [], mentions: comment.mentions ?? [] }] : items));
    });
  }
  void client.invalidateQueries({ queryKey: key });
}

function mapPages<T>(data: InfiniteData<Page<T>>, map: (items: T[], i: number) => T[]): InfiniteData<Page<T>> {
  return { ...data, pages: data.pages.map((page, i) => ({ ...page, items: map(page.items, i) })) };
}

export function markTask(id: number, color: string, event: string): void {
  marks.set((now) => ({ ...now, [id]: { color, event } }));
  setTimeout(() => {
    marks.set((now) => {
      if (now[id]?.event !== event) return now;
      const { [id]: _gone, ...rest } = now;
      return rest;
    });
  }, MARK_MS);
}

/** Out of sight now: it leaves every list, and an open page of it asks again and says so. */
export function dropTask(client: QueryClient, id: number): void {
  dropFromLists(client, id);
  for (const [key, task] of client.getQueriesData<Task>({ queryKey: keys.tasks })) {
    if (task?.id === id) void client.resetQueries({ queryKey: key, exact: true });
  }
  client.removeQueries({ queryKey: keys.comments(id), type: 'inactive' });
  client.removeQueries({ queryKey: keys.history(id), type: 'inactive' });
  refreshLists(client);
}

/** Too far behind, or back after a long break: everything is asked again. */
export function reloadAll(client: QueryClient): void {
  void client.invalidateQueries();
}
export type { TaskPages };
