import type { SavedView, ViewInput } from '../../../api/views';
import { same } from '../../../lib/text';
import { DEFAULT_SORT, FILTERS, listOf, parseSearch, readSpan, type TaskSearch } from '../filters';

/** What of the address belongs to a view: not where one stands in it. */
export function stateOf(search: TaskSearch): TaskSearch {
  const { peek: _peek, view: _view, at: _at, ...state } = search;
  return state;
}
/**
 * A view as the API keeps it. `filter` holds the conditions that mean the same every day, for other
 * clients; `display.search` the whole state in the words of the address, so that "this week" moves on.
 */
export function bodyOf(search: TaskSearch, mine: boolean): Omit<ViewInput, 'name' | 'shared'> {
  const state = stateOf(search);
  const filter: ViewInput['filter'] = {};
  for (const name of ['project', 'status', 'priority', 'assignee', 'created_by', 'supervisor', 'watcher', 'tag'] as const) if (state[name]) filter[name] = listOf(state[name]);
  if (state.q) filter.q = state.q;
  if (state.open && !state.status) filter.open = state.open;
  if (mine) filter.mine = 'true';
  if (state.due === 'overdue') filter.overdue = 'true';
  if (state.due === 'none') filter.due = 'none';
  for (const name of ['due', 'created', 'updated'] as const) {
    const span = readSpan(state[name]);
    if (span?.from && /^\d/.test(span.from)) filter[`${name}_from`] = span.from;
    if (span?.to && /^\d/.test(span.to) && name !== 'updated') filter[`${name}_to`] = span.to;
  }
  if (state.show === 'archived') filter.archived = 'true';
  if (state.show === 'any') filter.archived = 'any';
  if (state.show === 'trash') filter.deleted = 'true';
  return { filter, sort: state.sort ?? DEFAULT_SORT, layout: state.layout ?? 'table', display: { search: { ...state }, mine } };
}
/** The address of a view; one made by another client has only its filter. */
export function searchOf(view: SavedView): TaskSearch {
  const kept = view.display.search;
  const rest: Record<string, unknown> = {};
  if (typeof kept === 'object' && kept !== null) Object.assign(rest, kept);
  else {
    const f = view.filter;
    const text = (name: string) => (Array.isArray(f[name]) ? (f[name] as string[]).join(',') : (f[name] as string | undefined));
    for (const name of [...FILTERS, 'q']) if (text(name) !== undefined) rest[name] = text(name);
    if (text('overdue') === 'true') rest.due = 'overdue';
    for (const name of ['due', 'created', 'updated']) if (text(`${name}_from`) || text(`${name}_to`)) rest[name] = `${text(`${name}_from`) ?? ''}..${text(`${name}_to`) ?? ''}`;
    if (text('archived')) rest.show = text('archived') === 'any' ? 'any' : text('archived') === 'true' ? 'archived' : undefined;
    if (text('deleted') === 'true') rest.show = 'trash';
    Object.assign(rest, { sort: view.sort, layout: view.layout });
  }
  return { ...parseSearch(rest), view: String(view.id) };
}
export const isMine = (view: SavedView): boolean => view.display.mine === true || view.filter.mine === 'true';
export const isChanged = (search: TaskSearch, view: SavedView): boolean => !same(stateOf(search), stateOf(searchOf(view)));
export const mayEdit = (view: SavedView): boolean => view.allowed_actions.includes('edit');
export const mayShare = (view: SavedView): boolean => view.allowed_actions.includes('share_views');
export const mayDelete = (view: SavedView): boolean => view.allowed_actions.includes('delete');
/** Nothing but "view=7" in the address: the rest is still to be filled in. */
export const isBare = (search: TaskSearch): boolean => search.view !== undefined && Object.keys(stateOf(search)).length === 0;
