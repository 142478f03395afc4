import { get, type Query } from './client';

/** One group of a list and how many tasks it has. The label is a name for projects and people. */
export interface GroupCount {
  /** Which of the groupings that were asked for. */
  group: string;
  value: string;
  label: string;
  count: number;
}
/** All groups of a list in one call; several groupings with commas. */
export const counts = (query: Query, group: string, signal?: AbortSignal) => {
  const { limit: _limit, sort: _sort, ...filter } = query;
  return get<{ items: GroupCount[] }>('/tasks/counts', { ...filter, group }, signal);
};
