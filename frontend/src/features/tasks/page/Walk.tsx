import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../../lib/commands';
import { IconButton } from '../../../ui/Button';
import { keys, type TaskPages } from '../queries';

/** The list this task was opened from, to go on to the next: J and K, as in the list. */
export function Walk({ taskKey, onGo }: { taskKey: string; onGo(key: string): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const rows = useMemo(() => {
    // The list asked last that holds it; lists of sub-tasks are none to walk in.
    const found = client
      .getQueryCache()
      .findAll({ queryKey: keys.lists })
      .filter((query) => !(query.queryKey[1] as { parent?: unknown } | undefined)?.parent)
      .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
    for (const query of found) {
      const list = (query.state.data as TaskPages | undefined)?.pages?.flatMap((page) => page.items.map((row) => row.key)) ?? [];
      if (list.includes(taskKey)) return list;
    }
    return [];
  }, [client, taskKey]);
  const at = rows.indexOf(taskKey);
  const go = (by: number) => {
    const key = rows[at + by];
    if (key) onGo(key);
  };
  useCommands(
    at < 0
      ? []
      : [
          { id: 'list.down', title: 'taskcmd.next', group: 'go', keys: 'KeyJ', run: () => go(1) },
          { id: 'list.up', title: 'taskcmd.previous', group: 'go', keys: 'KeyK', run: () => go(-1) },
        ],
  );
  if (at < 0 || rows.length < 2) return null;
  return (
    <span className="walk">
      <IconButton name={t('taskcmd.previous')} icon={<IconChevronUp size={18} stroke={1.5} />} disabled={at === 0} onClick={() => go(-1)} />
      <span className="small muted">
        {at + 1}/{rows.length}
      </span>
      <IconButton name={t('taskcmd.next')} icon={<IconChevronDown size={18} stroke={1.5} />} disabled={at === rows.length - 1} onClick={() => go(1)} />
    </span>
  );
}
