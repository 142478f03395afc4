import { useCallback, useEffect, useMemo, useState } from 'react';
import { useMe } from '../../../api/refs';
import type { TaskRef } from '../../../api/types';
import { useMinute } from '../../../lib/hooks';
import { type Mark, markAt, type Note, parseLine, type Parsed } from './parse';
import { type Asked, type KnownHere, useKnown } from './useKnown';

/** A line while it is typed: what it means so far, and what stands under the caret. */
export interface Line {
  /** Each row of the text understood. */
  all: Parsed[];
  known: KnownHere;
  mark: Mark | null;
  setCaret(at: number): void;
  /** These tasks are meant, whatever the server finds. */
  remember(tasks: TaskRef[]): void;
}

const NOBODY: Asked = { who: '', which: '', keys: [] };
const KEY = /^[a-z][a-z0-9]*-\d+$/i;

/** `rows` are the lines of `text`, as they are; the same array for the same text. */
export function useLine(text: string, rows: readonly string[], given?: TaskRef | null): Line {
  const me = useMe();
  const minute = useMinute();
  const [caret, setCaret] = useState(text.length);
  const [asked, setAsked] = useState(NOBODY);
  const found = useKnown(asked);
  const [chosen, setChosen] = useState<TaskRef[]>(given ? [given] : []);
  const known = useMemo<KnownHere>(() => ({ ...found, tasks: [...chosen, ...found.tasks.filter((x) => !chosen.some((y) => y.id === x.id))] }), [found, chosen]);
  const all = useMemo(
    () => rows.map((row) => parseLine(row, { ...known, now: new Date(), zone: me.time_zone })),
    // "In an hour" moves on with the minute.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [rows, known, me.time_zone, minute],
  );
  const mark = useMemo(() => markAt(text, caret), [text, caret]);

  // What is unknown at first may only be further than the first page: asked for by name.
  useEffect(() => {
    const unknown = (kind: Note['kind']) => all.flatMap((p) => p.notes).filter((n) => n.kind === kind).map((n) => n.text.slice(1));
    // One that is still being typed is looked for by its beginning.
    const parents = unknown('parent').filter((x) => mark?.mark !== '^' || x !== mark.query);
    const next: Asked = {
      who: mark?.mark === '@' ? mark.query : (unknown('person')[0] ?? ''),
      which: mark?.mark === '^' ? mark.query || ' ' : (parents.find((x) => !KEY.test(x)) ?? ''),
      keys: parents.filter((x) => KEY.test(x)).map((x) => x.toUpperCase()),
    };
    setAsked((now) => (now.who === next.who && now.which === next.which && now.keys.join() === next.keys.join() ? now : next));
  }, [all, mark]);

  const remember = useCallback((tasks: TaskRef[]) => setChosen((now) => [...tasks, ...now]), []);
  return { all, known, mark, setCaret, remember };
}
