import { IconEye, IconEyeFilled } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, usePeople } from '../../../api/refs';
import { watchers } from '../../../api/relations';
import { asProblem } from '../../../api/problem';
import type { PersonRef, Task } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';
import { showToast } from '../../../lib/toasts';
import { Avatar } from '../../../ui/people';
import { Picker } from '../../../ui/Picker';
import { useProblemText } from '../../../ui/states';
import { can } from '../model';
import { keys } from '../queries';
import type { TaskUi } from './useTaskUi';

/** The eye: how many watch, who, and whether I do. */
export function Watchers({ task, watch }: { task: Task; watch: TaskUi['watch'] }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const words = useProblemText();
  const [open, setOpen] = useState(false);
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const found = useQuery({ queryKey: ['watchers', task.id], queryFn: ({ signal }) => watchers.list(task.id, signal), enabled: open && watch.known, select: (page) => page.items });
  const others = can(task, 'edit');
  const people = usePeople(settled, { project: task.project.id, enabled: open && others });
  if (!watch.known) return null;
  const now = found.data ?? [];
  const list: PersonRef[] = [...now, ...(others ? (people.data ?? []) : [me]).filter((p) => !now.some((w) => w.id === p.id))];
  if (!list.some((p) => p.id === me.id) && !q) list.unshift(me);
  const set = (person: number) => {
    if (person === me.id) return watch.toggle();
    const on = now.some((w) => w.id === person);
    const added = people.data?.find((p) => p.id === person);
    client.setQueryData<{ items: PersonRef[] }>(['watchers', task.id], (page) => page && { ...page, items: on ? page.items.filter((w) => w.id !== person) : added ? [...page.items, added] : page.items });
    (on ? watchers.remove(task.id, person) : watchers.add(task.id, person))
      .catch((error: unknown) => showToast({ kind: 'error', text: t('toast.not_saved', { key: task.key }), detail: words(error), requestId: asProblem(error).requestId }))
      .finally(() => {
        void client.invalidateQueries({ queryKey: ['watchers', task.id] });
        void client.invalidateQueries({ queryKey: keys.task(task.key) });
      });
  };
  return (
    <Picker<number>
      name={t('watch.who')}
      search
      many
      onSearch={setQ}
      loading={found.isPending || people.isFetching}
      chosen={[...now.filter((p) => p.id !== me.id).map((p) => p.id), ...(watch.on ? [me.id] : [])]}
      options={list.map((p) => ({ value: p.id, label: p.name, icon: <Avatar person={p} size={18} />, hint: p.id === me.id ? t('ui.me') : undefined }))}
      onPick={(id) => set(id)}
      opened={open}
      onOpened={setOpen}
      position="bottom-end"
    >
      <button type="button" className={`btn btn-quiet watch ${watch.on ? 'watch-on' : ''}`} title={t(watch.on ? 'watch.on' : 'watch.off')} aria-label={t('watch.count', { count: watch.count })} onClick={() => setOpen(!open)}>
        {watch.on ? <IconEyeFilled size={16} aria-hidden="true" /> : <IconEye size={16} stroke={1.5} aria-hidden="true" />}
        {watch.count}
      </button>
    </Picker>
  );
}
