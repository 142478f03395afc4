import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import * as api from '../../../api/endpoints';
import { forget, remember } from '../../../api/session';
import { makeTask } from '../../../testing/make';
import { QuickAdd } from './QuickAdd';
import { createOpen, dropLine, line, openCreate } from './store';

vi.mock('../../../api/endpoints', () => {
  const list = async () => ({ items: [], next_cursor: null });
  return { users: { list }, tags: { list }, projects: { list }, templates: { list }, tasks: { list, create: vi.fn() } };
});
vi.mock('../../../api/taskrefs', () => ({ useTaskRefs: () => () => undefined }));
vi.mock('../../../ui/Dialog', () => ({ Dialog: ({ children }: { children: ReactNode }) => <div>{children}</div> }));
vi.mock('../../../ui/states', () => ({ useProblemText: () => (error: Error) => error.message }));
vi.mock('../offline', () => ({ keptCreate: async () => false }));
vi.mock('@tanstack/react-router', () => ({ useNavigate: () => vi.fn() }));
const create = vi.mocked(api.tasks.create);

const signIn = () => remember({ access_token: 'x', expires_in: 900, user: { id: 1, name: 'Я', time_zone: 'UTC' } } as never);
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox');
const enter = () => fireEvent.keyDown(field(), { key: 'Enter' });
/** The lines of the preview, deeper ones further in. */
const tree = () => [...document.querySelectorAll('.qa-many li')].map((li) => `${'>'.repeat(depth(li) - 1)}${li.querySelector('.qa-row .grow')!.textContent}`);
const depth = (li: Element): number => (li.parentElement!.closest('li') ? depth(li.parentElement!.closest('li')!) + 1 : 1);

beforeEach(() => {
  globalThis.matchMedia ??= (() => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() })) as never;
  signIn();
  dropLine();
  let id = 0;
  create.mockReset().mockImplementation(async (body) => makeTask({ id: ++id, key: `ERP-${id}`, title: body.title }));
  openCreate();
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <QuickAdd />
    </QueryClientProvider>,
  );
});

it('shows indented lines as a tree, and makes it from the top', async () => {
  fireEvent.change(field(), { target: { value: '- а\n  - б\n\t\t- в\n- г' } });
  expect(tree()).toEqual(['а', '>б', '>>в', 'г']);
  enter();
  await waitFor(() => expect(createOpen.get()).toBe(false));
  expect(create.mock.calls.map(([body]) => [body.title, body.parent_id])).toEqual([['а', undefined], ['б', 1], ['в', 2], ['г', undefined]]);
  expect(line.get()).toBe('');
});
it('leaves what was refused in the field with the reason, goes on from there, and finds it after a reload', async () => {
  create.mockImplementationOnce(async () => makeTask({ id: 9, key: 'ERP-9', title: 'а' })).mockRejectedValueOnce(new Error('занято'));
  fireEvent.change(field(), { target: { value: 'а\n  б\n    в' } });
  enter();
  await waitFor(() => expect(field().value).toBe('^ERP-9 б\n  в'));
  expect(screen.getByText('занято')).toBeTruthy();
  expect(screen.getByText('quick.no_parent')).toBeTruthy();
  enter();
  await waitFor(() => expect(createOpen.get()).toBe(false));
  expect(create.mock.calls.slice(2).map(([body]) => [body.title, body.parent_id])).toEqual([['б', 9], ['в', 1]]);
});
it('is kept while it is sent without what is made already', async () => {
  create.mockImplementationOnce(async () => makeTask({ id: 9, key: 'ERP-9', title: 'а' })).mockImplementationOnce(() => new Promise(() => undefined));
  fireEvent.change(field(), { target: { value: 'а\nб' } });
  enter();
  await waitFor(() => expect(create).toHaveBeenCalledTimes(2));
  // The next page begins with somebody who signs in.
  forget(false);
  signIn();
  expect(line.get()).toBe('б');
});
