import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import * as api from '../../../api/endpoints';
import { ApiProblem } from '../../../api/problem';
import { remember } from '../../../api/session';
import { toasts } from '../../../lib/toasts';
import { makeTask } from '../../../testing/make';
import { LineInput } from './LineInput';
import { Said } from './Preview';
import { useAddLine } from './useAddLine';

vi.mock('../../../api/endpoints', () => ({ users: { list: vi.fn() }, tags: { list: vi.fn() }, projects: { list: vi.fn() }, tasks: { list: vi.fn(), create: vi.fn() } }));
vi.mock('../../../api/taskrefs', () => ({ useTaskRefs: () => () => undefined }));
vi.mock('../../../api/connection', () => ({ connection: { onFrame: vi.fn() } }));
vi.mock('../../../ui/states', () => ({ useProblemText: () => () => 'why' }));
vi.mock('../offline', () => ({ keptCreate: async () => false }));
const create = vi.mocked(api.tasks.create);
const page = (items: unknown[]) => ({ items, next_cursor: null }) as never;

function Field() {
  const add = useAddLine({ place: { values: { project_id: 20 }, fixed: { status: 'waiting' }, from: 'view' }, usual: null, inTurn: (work) => work(), onMade: () => undefined });
  return (
    <>
      <LineInput small text={add.text} onText={add.setText} line={add.line} tokens={add.parsed.tokens} aria-label="line" onKeyDown={(e) => e.key === 'Enter' && (e.preventDefault(), add.send())} />
      <Said id="said" text={add.text} parsed={add.parsed} made={add.made} line={add.line} />
      {add.sending.map((one) => (
        <i key={one.id}>{one.title}</i>
      ))}
    </>
  );
}
const show = () =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Field />
    </QueryClientProvider>,
  );
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'line' });

beforeEach(() => {
  remember({ access_token: 'x', expires_in: 900, user: { id: 1, name: 'Я', time_zone: 'UTC' } } as never);
  create.mockReset();
  toasts.set([]);
  vi.mocked(api.projects.list).mockResolvedValue(page([{ id: 20, key: 'ERP', name: 'ERP' }]));
  vi.mocked(api.tags.list).mockResolvedValue(page([{ id: 10, name: 'склад', color: '#000' }]));
  vi.mocked(api.tasks.list).mockResolvedValue(page([]));
  vi.mocked(api.users.list).mockResolvedValue(page([{ id: 2, name: 'Павел Дёмин', email: 'worker@example.com', avatar_color: '#000', active: true }]));
});

it('sends what the line says in its place, and is free at once', async () => {
  create.mockResolvedValue(makeTask());
  show();
  await userEvent.type(field(), 'Принять !high @worker ');
  await waitFor(() => expect(document.querySelectorAll('.qa-token')).toHaveLength(2));
  expect(document.querySelector('.qa-facts')!.textContent).toContain('Павел Дёмин');
  await userEvent.keyboard('{Enter}');
  expect(field().value).toBe('');
  await waitFor(() => expect(create).toHaveBeenCalledWith({ title: 'Принять', project_id: 20, status: 'waiting', priority: 'high', owner_id: 2 }, expect.any(String)));
});
it('completes a name before anything is sent', async () => {
  show();
  await userEvent.type(field(), 'Принять @пав');
  await screen.findByRole('option');
  await userEvent.keyboard('{Enter}');
  expect(field().value).toBe('Принять @Павел Дёмин ');
  expect(create).not.toHaveBeenCalled();
});
it('gives the line back when it was refused', async () => {
  create.mockRejectedValue(new ApiProblem({ type: 'about:blank', title: 'no', status: 422, code: 'validation' }, null));
  show();
  await userEvent.type(field(), 'Принять{Enter}');
  await waitFor(() => expect(field().value).toBe('Принять'));
  expect(toasts.get()).toMatchObject([{ kind: 'error' }]);
});
it('offers the refused line where the next one is being typed', async () => {
  let refuse = () => undefined as unknown;
  create.mockImplementationOnce(() => new Promise((_, no) => (refuse = () => no(new ApiProblem({ type: 'about:blank', title: 'no', status: 422, code: 'validation' }, null)))));
  show();
  await userEvent.type(field(), 'Первая{Enter}');
  await waitFor(() => expect(create).toHaveBeenCalledTimes(1));
  await userEvent.type(field(), 'Вторая');
  refuse();
  await waitFor(() => expect(toasts.get()).toHaveLength(1));
  expect(field().value).toBe('Вторая');
  create.mockResolvedValue(makeTask());
  toasts.get()[0]!.action!.run();
  await waitFor(() => expect(create).toHaveBeenLastCalledWith(expect.objectContaining({ title: 'Первая' }), expect.any(String)));
});
it('makes nothing of marks without a title', async () => {
  show();
  await userEvent.type(field(), '!high{Enter}');
  expect(create).not.toHaveBeenCalled();
  expect(field().value).toBe('!high');
});
