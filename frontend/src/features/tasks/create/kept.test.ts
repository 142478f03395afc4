import { beforeEach, expect, it } from 'vitest';
import { forget, remember } from '../../../api/session';
import { createForm, createOpen, draft, dropForm, dropLine, emptyDraft, fullFromLine, keepLine, line, openCreate, openFull, place } from './store';

const signIn = (id: number) => remember({ access_token: 'x', expires_in: 900, user: { id, name: `P${id}`, time_zone: 'UTC' } } as never);
const kept = () => Object.keys(localStorage).filter((key) => key.startsWith('tt.draft.'));
/** What a page that begins now would find: the one way in is a person who signs in. */
const reload = (id: number) => {
  forget(false);
  expect([line.get(), draft.get(), createForm.get()]).toEqual(['', emptyDraft, 'line']);
  signIn(id);
};

beforeEach(() => {
  forget(false);
  signIn(1);
  dropLine();
});

it('keeps the line over closing and a reload, for the person who typed it', () => {
  openCreate();
  line.set('Закрыть период !high');
  createOpen.set(false);
  expect(line.get()).toBe('Закрыть период !high');
  reload(2);
  expect(line.get()).toBe('');
  line.set('Чужая');
  reload(1);
  expect(line.get()).toBe('Закрыть период !high');
  reload(2);
  expect(line.get()).toBe('Чужая');
});
it('keeps nothing that was sent or dropped', () => {
  line.set('Закрыть период');
  expect(kept()).toHaveLength(1);
  dropLine();
  expect(kept()).toHaveLength(0);
  reload(1);
  expect(line.get()).toBe('');
});
it('keeps the form with every field as it was, also with a text alone', () => {
  line.set('Закрыть период');
  fullFromLine({ title: 'Закрыть период', priority: 'high' });
  reload(1);
  expect(createForm.get()).toBe('full');
  expect(draft.get()).toMatchObject({ title: 'Закрыть период', priority: 'high' });
  draft.set({ ...emptyDraft, description: 'Только текст' });
  openCreate();
  expect(createForm.get()).toBe('full');
  openFull({ title: 'Другое' });
  expect(draft.get().description).toBe('Только текст');
  dropForm();
  expect(kept()).toHaveLength(0);
});
it('keeps the line where a form was sent beside it', () => {
  line.set('Потом');
  openFull({ title: 'Сейчас' });
  dropForm();
  expect(line.get()).toBe('Потом');
  reload(1);
  expect([line.get(), createForm.get()]).toEqual(['Потом', 'line']);
});
it('comes back without the place it was typed in', () => {
  openCreate({ status: 'waiting' });
  line.set('Закрыть период');
  reload(1);
  expect(place.get().values).toEqual({});
});
it('keeps what is left while many are sent, and leaves the field alone', () => {
  line.set('раз\nдва');
  keepLine('два');
  expect(line.get()).toBe('раз\nдва');
  reload(1);
  expect(line.get()).toBe('два');
});
it('follows another tab while nobody is at it', () => {
  line.set('Закрыть период');
  const name = kept()[0]!;
  const other = (text: string) => {
    localStorage.setItem(name, JSON.stringify({ at: 1, value: { line: text, form: null } }));
    dispatchEvent(new StorageEvent('storage', { key: name }));
  };
  other('Из другой вкладки');
  expect(line.get()).toBe('Из другой вкладки');
  createOpen.set(true);
  other('Ещё');
  expect(line.get()).toBe('Из другой вкладки');
});
