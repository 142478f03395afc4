import type { TaskInput, TaskRef, Template } from '../../../api/types';
import { createStore } from '../../../lib/store';

/** The one "new task" dialog, opened from anywhere. What is typed stays until it is saved or dropped. */
export interface Draft {
  title: string;
  project_id?: number;
  description: string;
  priority: NonNullable<TaskInput['priority']>;
  owner_id: number | null;
  due_date: string | null;
  tag_ids: number[];
  parent: TaskRef | null;
  estimated_hours?: number | null;
}
export const emptyDraft: Draft = { title: '', description: '', priority: 'medium', owner_id: null, due_date: null, tag_ids: [], parent: null };
export const createOpen = createStore<boolean>(false);
export const draft = createStore<Draft>(emptyDraft);

export function openCreate(defaults: Partial<Draft> = {}): void {
  // An unfinished draft comes back as it was; the place it is made from only fills gaps.
  draft.set((now) => (now.title.trim() ? now : { ...emptyDraft, ...defaults }));
  createOpen.set(true);
}
/** A template fills what is empty; what was typed stays. */
export function withTemplate(now: Draft, template: Template): Draft {
  const list = template.checklist.map((item) => `- [ ] ${item}`).join('\n');
  return {
    ...now,
    title: now.title.trim() ? now.title : template.title,
    description: [now.description || template.description, list].filter(Boolean).join('\n\n'),
    priority: template.priority,
    estimated_hours: template.estimated_hours,
    tag_ids: [...new Set([...now.tag_ids, ...template.tags.map((x) => x.id)])],
    project_id: now.project_id ?? template.project?.id,
  };
}
export function openFromTemplate(template: Template): void {
  draft.set(withTemplate(emptyDraft, template));
  createOpen.set(true);
}
export function dropDraft(): void {
  draft.set(emptyDraft);
  createOpen.set(false);
}
