import { keptStore } from './store';

/** When the person was here last, so that Home can say what happened since. A break of half an hour ends a visit. */
interface Visit {
  user: number;
  /** End of the visit before this one; null on the first. */
  since: number | null;
  /** The last sign of life. */
  seen: number;
}
const BREAK_MS = 30 * 60_000;
export const visit = keptStore<Visit>('tt.visit', { user: 0, since: null, seen: 0 });
const of = (user: number): Visit => (visit.get().user === user ? visit.get() : { user, since: null, seen: 0 });

/** A sign of life; a new visit begins when the last one is long ago. Says where this visit began to look. */
export function hereNow(user: number, now = Date.now()): number | null {
  const { since, seen } = of(user);
  const next = seen > 0 && now - seen > BREAK_MS ? seen : since;
  visit.set({ user, since: next, seen: now });
  return next;
}
/** The other devices of this person may have been here later. */
export function seenElsewhere(user: number, at: number): void {
  const { since, seen } = of(user);
  if (at > (since ?? 0) && Date.now() - at > BREAK_MS) visit.set({ user, since: at, seen });
}
