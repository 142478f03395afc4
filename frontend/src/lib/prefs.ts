import { keptStore } from './store';

export const singleKeys = keptStore('tt.keys', true);
export const sideBar = keptStore<'auto' | 'hidden'>('tt.sidebar', 'auto');
/** Where the last task was made: the next one starts there. */
export const lastProject = keptStore<number | null>('tt.project', null);
