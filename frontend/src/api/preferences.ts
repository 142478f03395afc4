import { get, patch } from './client';

/** What the pages keep with the person, on all devices. Names belong to the pages. */
export interface Preferences {
  version: number;
  values: Record<string, unknown>;
}
export const preferences = (signal?: AbortSignal) => get<Preferences>('/users/me/preferences', undefined, signal);
/** A merge patch of the values: null takes a name away. */
export const setPreferences = (values: Record<string, unknown>) => patch<Preferences>('/users/me/preferences', values);
