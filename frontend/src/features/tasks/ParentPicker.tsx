import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import type { TaskRef } from '../../api/types';
import { useDebounced } from '../../lib/hooks';
import { Picker } from '../../ui/Picker';
import { StatusIcon } from '../../ui/StatusIcon';

/** A task as the parent, found by its key or title. */
export function ParentPicker({ value, self, onPick, opened, onOpened, children }: { value: TaskRef | null; self?: number; onPick(task: TaskRef | null): void; opened: boolean; onOpened(o: boolean): void; children: ReactElement }) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const found = useQuery({
    queryKey: ['pick-task', settled],
    queryFn: ({ signal }) => api.tasks.list({ q: settled, limit: 20, sort: '-updated_at' }, signal),
    enabled: opened,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const rows = (found.data?.items ?? []).filter((row) => row.id !== self);
  return (
    <Picker<number | null>
      name={t('field.parent')}
      search
      onSearch={setQ}
      loading={found.isFetching || settled !== q}
      opened={opened}
      onOpened={onOpened}
      chosen={[value?.id ?? null]}
      options={[
        ...(q ? [] : [{ value: null, label: t('field.no_parent') }]),
        ...rows.map((row) => ({ value: row.id, label: `${row.key} ${row.title}`, icon: <StatusIcon status={row.status} /> })),
      ]}
      onPick={(id) => {
        const row = rows.find((r) => r.id === id);
        onPick(row ? { id: row.id, key: row.key, title: row.title, status: row.status } : null);
      }}
    >
      {children}
    </Picker>
  );
}
