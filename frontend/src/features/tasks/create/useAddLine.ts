import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { asProblem } from '../../../api/problem';
import { useMe } from '../../../api/refs';
import { type Task, TITLE_MAX } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { useProblemText } from '../../../ui/states';
import { keptCreate } from '../offline';
import { keys, refreshLists } from '../queries';
import { bodyOf, type Made } from './body';
import type { Place } from './store';
import { understand } from './understand';
import { useLine } from './useLine';

interface Options {
  place: Place;
  /** The project where neither the line nor the place names one. */
  usual: number | null;
  /** One after the other where their order counts. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** What has to be on the screen before the words that were sent go. */
  onMade(task: Task, made: Made): Promise<unknown> | void;
}

/** The line in a field that stands in a list: Enter sends it, and the field is free for the next one at once. */
export function useAddLine({ place, usual, inTurn, onMade }: Options) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const me = useMe();
  const [text, setText] = useState('');
  const [sending, setSending] = useState<{ id: string; title: string }[]>([]);
  const rows = useMemo(() => [text], [text]);
  const line = useLine(text, rows);
  const parsed = line.all[0]!;
  const made = bodyOf(parsed, place, usual);
  const ready = parsed.title !== '' && parsed.title.length <= TITLE_MAX;
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
  });

  const submit = async (what: string, title: string) => {
    const id = crypto.randomUUID();
    let body = made.body;
    setSending((now) => [...now, { id, title }]);
    try {
      const { task, full } = await inTurn(async () => {
        const full = bodyOf(await understand(client, what, line.known, me.time_zone), place, usual);
        body = full.body;
        return { full, task: await api.tasks.create(body, id) };
      });
      refreshLists(client, 0);
      if (task.parent) void client.invalidateQueries({ queryKey: keys.tasks });
      await onMade(task, full);
    } catch (error) {
      if (await keptCreate(error, id, body)) {
        showToast({ kind: 'info', text: t('offline.kept') });
        return;
      }
      // Back into the field; where the next one stands there already, it can be asked for.
      const taken = latest.current.trim() !== '';
      if (!taken) setText(what);
      showToast({ kind: 'error', text: t('toast.not_created'), detail: words(error), requestId: asProblem(error).requestId, action: taken ? { label: t('ui.retry'), run: () => void submit(what, title) } : undefined });
    } finally {
      setSending((now) => now.filter((x) => x.id !== id));
    }
  };
  const send = () => {
    if (!ready) return;
    setText('');
    latest.current = '';
    void submit(text, parsed.title);
  };
  return { text, setText: (next: string) => setText(next.replace(/\s*\n\s*/g, ' ')), line, parsed, made, ready, send, sending };
}
