import type { Status, TaskInput, TaskRef, Template } from '../../../api/types';
import { createStore } from '../../../lib/store';
import { typeAhead } from '../../../lib/typeahead';
import { keepBegun } from './kept';

/** The one "new task" dialog, opened from anywhere. What is typed stays until it is saved or dropped. */
export interface Draft {
  title: string;
  project_id?: number;
  description: string;
  status?: Status;
  priority: NonNullable<TaskInput['priority']>;
  owner_id: number | null;
  collaborator_ids?: number[];
  due_date: string | null;
  tag_ids: number[];
  parent: TaskRef | null;
  estimated_hours?: number | null;
}
export const emptyDraft: Draft = { title: '', description: '', priority: 'medium', owner_id: null, due_date: null, tag_ids: [], parent: null };
export const createOpen = createStore<boolean>(false);
/** One line that is understood, or every field. */
export const createForm = createStore<'line' | 'full'>('line');
export const draft = createStore<Draft>(emptyDraft);

/** Where the values come from that nobody typed: named under the preview. */
export type From = 'view' | 'parent' | 'template';
export interface Place {
  values: Partial<Draft>;
  /** What no line changes: the status of a column, the parent of a sub-task. */
  fixed?: Partial<Draft>;
  from: From;
  name?: string;
}
const nowhere: Place = { values: {}, from: 'view' };
export const place = createStore<Place>(nowhere);
/** What stands in the line. */
export const line = createStore('');
/** The choice of a template, open over the line. */
export const templateOpen = createStore(false);

const isBegun = (form: Draft) => (form.title + form.description).trim() !== '';
/** What is typed and not sent survives closing and a reload; everybody finds their own. */
export const keepLine = keepBegun({
  read: () => ({ line: line.get(), form: createForm.get() === 'full' && isBegun(draft.get()) ? draft.get() : null }),
  write({ line: text, form }) {
    place.set(nowhere);
    line.set(text);
    draft.set(form ?? emptyDraft);
    createForm.set(form ? 'full' : 'line');
  },
  isOpen: createOpen.get,
  stores: [line, draft, createForm],
});

export function openCreate(defaults: Partial<Draft> = {}, from: From = defaults.parent ? 'parent' : 'view'): void {
  place.set({ values: defaults, from });
  if (defaults.title && !line.get().trim()) line.set(defaults.title);
  // An unfinished draft comes back as it was, in the form it was begun in.
  if (createForm.get() === 'full' && !isBegun(draft.get())) createForm.set('line');
  if (!createOpen.get() && createForm.get() === 'line') typeAhead('.qa-input', (text) => line.set((now) => now + text), createOpen.get);
  createOpen.set(true);
}
/** Every field at once. */
export function openFull(defaults: Partial<Draft> = {}): void {
  draft.set((now) => (isBegun(now) ? now : { ...emptyDraft, ...defaults }));
  createForm.set('full');
  createOpen.set(true);
}
/** From the line to the form: what was understood goes along. */
export function fullFromLine(understood: Partial<Draft>): void {
  draft.set({ ...emptyDraft, ...place.get().values, ...understood });
  line.set('');
  createForm.set('full');
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
/** The line on a template: what it holds becomes the defaults. */
export function lineFromTemplate(template: Template): void {
  const { title, ...values } = withTemplate({ ...emptyDraft, ...place.get().values }, template);
  place.set({ values, from: 'template', name: template.name });
  line.set((now) => (now.trim() ? now : title));
}
export function openFromTemplate(template: Template): void {
  draft.set(withTemplate(emptyDraft, template));
  createForm.set('full');
  createOpen.set(true);
}
/** The form was sent, or is given up; a line from before stays. */
export function dropForm(): void {
  draft.set(emptyDraft);
  place.set(nowhere);
  createForm.set('line');
  templateOpen.set(false);
  createOpen.set(false);
}
export function dropLine(): void {
  line.set('');
  dropForm();
}

/** The line with the choice of a template open at once. */
export function openTemplates(): void {
  openCreate();
  templateOpen.set(true);
}
