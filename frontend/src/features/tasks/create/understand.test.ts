import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../../../api/endpoints';
import { noAnswer } from '../../../api/problem';
import { understand } from './understand';
import type { KnownHere } from './useKnown';

vi.mock('../../../api/endpoints', () => ({ users: { list: vi.fn() }, tags: { list: vi.fn() }, projects: { list: vi.fn() }, tasks: { list: vi.fn() } }));
vi.mock('../../../api/taskrefs', () => ({ useTaskRefs: vi.fn() }));
const people = vi.mocked(api.users.list);
const tasks = vi.mocked(api.tasks.list);
const page = (items: unknown[]) => ({ items, next_cursor: null }) as never;
const person = (id: number, name: string, active = true) => ({ id, name, email: `${id}@example.com`, active });
const NOTHING: KnownHere = { me: 1, people: [], tags: [], projects: [], tasks: [], offered: [] };

let client: QueryClient;
const read = (line: string, known = NOTHING) => understand(client, line, known, 'UTC');
beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  vi.mocked(api.projects.list).mockResolvedValue(page([{ id: 20, key: 'ERP', name: 'ERP' }]));
  vi.mocked(api.tags.list).mockResolvedValue(page([{ id: 10, name: 'склад' }]));
  people.mockReset().mockImplementation(async ({ q }) => page(q ? [person(2, 'Жанна Орлова'), person(3, 'Жанна Старая', false)].filter((p) => p.name.toLowerCase().includes(String(q).toLowerCase())) : [person(1, 'Я')]));
  tasks.mockReset().mockImplementation(async ({ q }) => page(q === 'ERP-7' ? [{ id: 70, key: 'ERP-7', title: 'Выше', status: 'new' }] : []));
});

describe('a line read for good', () => {
  it('waits for lists that have not come yet', async () => {
    expect(await read('Принять #склад +ERP')).toMatchObject({ title: 'Принять', tags: [10], project: 20 });
  });
  it('asks for people and tasks that the first page does not have', async () => {
    expect(await read('Позвонить @жанна ^ERP-7')).toMatchObject({ title: 'Позвонить', owner: 2, parent: { id: 70 }, notes: [] });
  });
  it('asks for nobody where all is known', async () => {
    await read('Позвонить @me');
    expect(people).toHaveBeenCalledTimes(1);
    expect(tasks).not.toHaveBeenCalled();
  });
  it('leaves what nobody knows as text', async () => {
    const parsed = await read('Спросить @nobody');
    expect(parsed.title).toBe('Спросить @nobody');
    expect(parsed.owner).toBeUndefined();
  });
  it('does with what is known where nobody answers', async () => {
    for (const list of [api.projects.list, api.tags.list, people]) vi.mocked(list as typeof people).mockRejectedValue(noAnswer(null));
    const known = { ...NOTHING, tags: [{ id: 10, name: 'склад' }] } as unknown as KnownHere;
    expect(await read('Принять #склад @жанна', known)).toMatchObject({ title: 'Принять @жанна', tags: [10] });
  });
});
