import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/board';
import { commitOf } from '../../../api/client';
import { asProblem } from '../../../api/problem';
import type { TaskInput, TaskRow } from '../../../api/types';
import { rememberUndo, showToast } from '../../../lib/toasts';
import { useProblemText } from '../../../ui/states';
import { inTurn, useChangeTask } from '../change';
import { keys, putTask, refreshLists } from '../queries';
import { useUndoOffer } from '../undo';
import { placing } from './data';
import { anchorAt, rankBetween } from './order';

/** The cards of the new place without the moved one, and where it goes among them. */
export interface Place {
  others: TaskRow[];
  index: number;
}

/** Another column, another place, or both: painted at once, back where it was if refused. */
export function useMove() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const change = useChangeTask();
  const offer = useUndoOffer();
  return useCallback(
    async function move(row: TaskRow, input: TaskInput, place: Place | null, said: string | null): Promise<void> {
      const anchor = place && anchorAt(row, place.others, place.index);
      const changes = Object.keys(input).length > 0;
      if (!changes && !anchor) return;
      if (place && (anchor || place.others.length === 0)) {
        const painted = rankBetween(place.others[place.index - 1], place.others[place.index]);
        placing.set((now) => ({ ...now, [row.id]: painted }));
      }
      // An answer that is under way would put the card back for a moment.
      void client.cancelQueries({ queryKey: keys.lists, predicate: (q) => q.state.data !== undefined });
      const commits: (string | null)[] = [];
      try {
        if (changes) {
          // Refused or left to the others: `change` has said so and put everything back.
          const after = await change(row, input, { quiet: true }).catch(() => null);
          if (!after) return;
          commits.push(commitOf(after));
        }
        if (anchor) {
          const ranked = await inTurn(row.id, () => api.rank(row.id, anchor));
          commits.push(commitOf(ranked));
          putTask(client, ranked);
        }
        const action = offer(commits);
        if (said) showToast({ kind: 'done', text: said, action });
        else if (action) rememberUndo(action.run);
      } catch (error) {
        showToast({ kind: 'error', text: t('toast.not_saved', { key: row.key }), detail: words(error), requestId: asProblem(error).requestId });
      } finally {
        placing.set(({ [row.id]: _done, ...rest }) => rest);
        refreshLists(client);
      }
    },
    [client, change, offer, t, words],
  );
}
