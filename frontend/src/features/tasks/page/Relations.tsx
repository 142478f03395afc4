import { IconArrowsSplit2, IconPlus, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../api/problem';
import { type Relation, RELATION_KINDS, type RelationKind, relations } from '../../../api/relations';
import { findTasks } from '../../../api/taskrefs';
import type { Page, Task } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';
import { showToast } from '../../../lib/toasts';
import { IconButton } from '../../../ui/Button';
import { Picker } from '../../../ui/Picker';
import { useProblemText } from '../../../ui/states';
import { StatusIcon } from '../../../ui/StatusIcon';
import { keys } from '../queries';

const key = (task: number) => ['relations', task];

export function useRelations(task: number) {
  return useQuery({ queryKey: key(task), queryFn: ({ signal }) => relations.list(task, signal), select: (page) => page.items, retry: (count, error) => asProblem(error).status !== 404 && count < 2 });
}

/** Tasks this one blocks, waits for, belongs to or repeats. */
export function Relations({ task, may, adding, onAdding }: { task: Task; may: boolean; adding: boolean; onAdding(on: boolean): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const found = useRelations(task.id);
  const items = found.data ?? [];
  const put = (change: (now: Relation[]) => Relation[]) => client.setQueryData<Page<Relation>>(key(task.id), (page) => page && { ...page, items: change(page.items) });
  const settle = (other: string, id: number) => {
    void client.invalidateQueries({ queryKey: key(task.id) });
    void client.invalidateQueries({ queryKey: key(id) });
    for (const one of [task.key, other]) void client.invalidateQueries({ queryKey: keys.task(one) });
    for (const one of [task.id, id]) void client.invalidateQueries({ queryKey: keys.history(one) });
  };
  const refused = (error: unknown) => showToast({ kind: 'error', text: t('relation.failed'), detail: words(error), requestId: asProblem(error).requestId });
  const add = (kind: RelationKind, other: Relation['task']) => {
    const made: Relation = { id: -other.id, kind, task: other, created_by: null, created_at: new Date().toISOString() };
    put((now) => (now.some((r) => r.kind === kind && r.task.id === other.id) ? now : [...now, made]));
    relations.add(task.id, kind, other.id).catch(refused).finally(() => settle(other.key, other.id));
  };
  const remove = (relation: Relation) => {
    put((now) => now.filter((r) => r.id !== relation.id));
    relations
      .remove(task.id, relation.id)
      .then(() => showToast({ kind: 'done', text: t('relation.removed', { key: relation.task.key }), action: { label: t('ui.undo'), undo: true, run: () => add(relation.kind, relation.task) } }))
      .catch(refused)
      .finally(() => settle(relation.task.key, relation.task.id));
  };
  if (!found.isSuccess || (items.length === 0 && !adding)) return null;
  return (
    <section aria-label={t('relation.all')} className="relations">
      <div className="section-head">
        <IconArrowsSplit2 size={16} stroke={1.5} aria-hidden="true" />
        {t('relation.all')}
        <span className="muted small">{items.length || ''}</span>
        <span className="grow" />
        {may && <Add self={task.id} opened={adding} onOpened={onAdding} onAdd={add} />}
      </div>
      <ul>
        {RELATION_KINDS.flatMap((kind) =>
          items
            .filter((r) => r.kind === kind)
            .map((relation, i) => {
              const over = relation.task.status === 'done' || relation.task.status === 'closed';
              return (
                <li key={relation.id} className={`sub relation ${over ? 'done' : ''}`}>
                  <span className={`relation-kind ${relation.kind === 'blocked_by' && !over ? 'warn' : ''}`}>{i === 0 && t(`relation.kind.${kind}`)}</span>
                  <StatusIcon status={relation.task.status} />
                  <Link to="/tasks/$key" params={{ key: relation.task.key }} className="ellipsis grow" title={relation.task.title}>
                    <span className="muted">{relation.task.key}</span> {relation.task.title}
                  </Link>
                  {relation.task.archived && <span className="small muted">{t('field.archived_at')}</span>}
                  {may && <IconButton className="sub-tool" name={t('relation.remove', { key: relation.task.key })} icon={<IconX size={14} stroke={1.5} />} onClick={() => remove(relation)} />}
                </li>
              );
            }),
        )}
      </ul>
    </section>
  );
}

/** First how, then with which: by key or words of the title. */
function Add({ self, opened, onOpened, onAdd }: { self: number; opened: boolean; onOpened(on: boolean): void; onAdd(kind: RelationKind, task: Relation['task']): void }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<RelationKind | null>(null);
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 150);
  const found = useQuery({ queryKey: ['pick-task', settled], queryFn: ({ signal }) => findTasks(settled, signal), enabled: opened && kind !== null, staleTime: 10_000, placeholderData: keepPreviousData });
  useEffect(() => {
    if (!opened) {
      setKind(null);
      setQ('');
    }
  }, [opened]);
  const button = <IconButton name={t('relation.add')} icon={<IconPlus size={16} stroke={1.5} />} onClick={() => onOpened(!opened)} />;
  if (kind === null)
    return (
      <Picker<RelationKind> key="kind" name={t('relation.add')} opened={opened} onOpened={onOpened} many chosen={[]} options={RELATION_KINDS.map((k) => ({ value: k, label: t(`relation.kind.${k}`) }))} onPick={(k) => setKind(k)} position="bottom-end">
        {button}
      </Picker>
    );
  const rows = (found.data ?? []).filter((row) => row.id !== self);
  return (
    <Picker<number>
      key="task"
      name={t(`relation.kind.${kind}`)}
      search
      onSearch={setQ}
      loading={found.isFetching || settled !== q}
      opened={opened}
      onOpened={onOpened}
      chosen={[]}
      options={rows.map((row) => ({ value: row.id, label: `${row.key} ${row.title}`, icon: <StatusIcon status={row.status} /> }))}
      onPick={(id) => {
        const row = rows.find((r) => r.id === id);
        if (row) onAdd(kind, { ...row, archived: false });
      }}
      position="bottom-end"
    >
      {button}
    </Picker>
  );
}
