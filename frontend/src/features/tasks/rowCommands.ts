import { useNavigate } from '@tanstack/react-router';
import type { TaskRow } from '../../api/types';
import type { CommandUse } from '../../lib/commands';
import { type TaskSearch, withMember } from './filters';
import { useTaskItems } from './menu/items';
import { openTaskMenu } from './menu/store';

interface Address {
  search: TaskSearch;
  setSearch(next: TaskSearch, replace?: boolean): void;
}

/** Opens a task as lists do: in the panel while there is one, else as a page. */
export function useOpenTask({ search, setSearch }: Address) {
  const navigate = useNavigate();
  return (row: TaskRow) => (search.peek ? setSearch(withMember(search, 'peek', row.key), true) : void navigate({ to: '/tasks/$key', params: { key: row.key } }));
}

const NONE: TaskRow[] = [];

/** What can be done with the task under the cursor, in the words and keys that every list has. What is `chosen` goes before it. */
export function useRowCommands(address: Address, current: TaskRow | undefined, element: () => Element | null, chosen = NONE): CommandUse[] {
  const open = useOpenTask(address);
  const doable = useTaskItems();
  const { search, setSearch } = address;
  if (!current) return [];
  const titleArgs = { key: current.key };
  const at = () => element() ?? document.body;
  const many = chosen.length > 0;
  return [
    { id: 'list.open', title: 'list.cmd_open', titleArgs, run: () => open(current) },
    {
      id: 'list.peek',
      title: 'list.cmd_peek',
      titleArgs,
      group: 'task',
      keys: 'Space',
      run() {
        const el = document.activeElement;
        // On a button the space bar presses it, as everywhere.
        if (el instanceof HTMLElement && el.matches('button, input, a') && !el.matches('[data-task]')) el.click();
        else setSearch(withMember(search, 'peek', search.peek === current.key ? undefined : current.key), Boolean(search.peek));
      },
    },
    { id: 'list.menu', run: () => openTaskMenu(many ? chosen : [current], at()) },
    // The bar of the selection says what can be done with that.
    ...(many ? [] : doable([current]))
      .filter((item) => item.id !== 'list.open')
      .map((item): CommandUse => ({ id: item.id, titleArgs, run: () => (item.page ? openTaskMenu([current], at(), item.page) : item.run?.()) })),
  ];
}
