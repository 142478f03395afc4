import { keptStore } from './store';

export const singleKeys = keptStore('tt.keys', true);
export const sideBar = keptStore<'auto' | 'hidden'>('tt.sidebar', 'auto');
/** Where the last task was made: the next one starts there. */
export const lastProject = keptStore<number | null>('tt.project', null);

export const DENSITIES = ['compact', 'default', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];
export const density = keptStore<Density>('tt.density', 'default');
/** The height of a row by density; the same as `--row` in the style sheets. */
export const ROW_HEIGHT: Record<Density, number> = { compact: 28, default: 34, comfortable: 40 };
/** Style sheets see the density too. */
export function followDensity(): () => void {
  const show = () => document.documentElement.setAttribute('data-density', density.get());
  show();
  return density.subscribe(show);
}
