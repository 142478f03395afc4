import { currentSession, subscribeSession } from '../../../api/session';
import type { Store } from '../../../lib/store';
import * as drafts from '../page/drafts';
import type { Draft } from './store';

/** A new task that was begun: the line, or the form with every field. */
export interface Begun {
  line: string;
  form: Draft | null;
}
interface Where {
  read(): Begun;
  write(begun: Begun): void;
  /** Somebody is at it: nothing is changed under their hands. */
  isOpen(): boolean;
  stores: Pick<Store<unknown>, 'subscribe'>[];
}
const NAME = 'new';
const NOTHING: Begun = { line: '', form: null };

/**
 * Keeps what was begun on this device, for the person who typed it, until it is sent or dropped:
 * like the words of a comment (page/drafts.ts). The answer keeps a line that does not stand in the
 * field: while many are sent, what is left of them.
 */
export function keepBegun({ read, write, isOpen, stores }: Where): (left: string) => void {
  let person = currentSession()?.user.id;
  let putting = false;
  const keep = (begun: Begun) => {
    if (person === undefined) return;
    if (begun.line.trim() || begun.form) drafts.keep(NAME, begun);
    else drafts.drop(NAME);
  };
  const put = () => {
    putting = true;
    write({ ...NOTHING, ...(person === undefined ? null : drafts.read<Begun>(NAME)) });
    putting = false;
  };
  for (const store of stores) store.subscribe(() => !putting && keep(read()));
  subscribeSession(() => {
    const now = currentSession()?.user.id;
    if (now === person) return;
    person = now;
    put();
  });
  // Another tab sent it, or went on with it.
  globalThis.addEventListener?.('storage', (event) => {
    if (person !== undefined && drafts.isOf(event.key, NAME) && !isOpen()) put();
  });
  put();
  return (left) => keep({ line: left, form: null });
}
