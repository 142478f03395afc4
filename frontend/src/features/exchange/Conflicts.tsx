import { IconGitMerge } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useIntegrations } from '../../api/refs';
import type { Conflict } from '../../api/types';
import { Empty } from '../../ui/states';
import { StatusIcon } from '../../ui/StatusIcon';
import { Ago } from '../../ui/Time';
import { Bench, type BenchSearch } from './Bench';
import { ConflictDetail, type Dispute } from './ConflictDetail';
import { useConflicts } from './queries';
import { useFieldName } from './Value';

const STATES = ['open', 'resolved', 'any'] as const;
const ORDER = ['name', 'content', 'status', 'priority', 'deadline'];

/** Conflicts of one task belong together: they are decided on one screen. */
export function disputes(conflicts: Conflict[]): Dispute[] {
  const found = new Map<string, Dispute>();
  for (const conflict of conflicts) {
    const key = `${conflict.task.id}/${conflict.integration_id}`;
    const known = found.get(key);
    if (known) known.conflicts.push(conflict);
    else found.set(key, { id: conflict.id, task: conflict.task, source: conflict.source, integration_id: conflict.integration_id, conflicts: [conflict] });
  }
  const place = (c: Conflict) => (ORDER.includes(c.field) ? ORDER.indexOf(c.field) : ORDER.length);
  for (const one of found.values()) {
    one.conflicts.sort((a, b) => place(a) - place(b) || b.id - a.id);
    // The lowest number stays when others of the task are settled, and names it in the address.
    one.id = Math.min(...one.conflicts.map((c) => c.id));
  }
  return [...found.values()];
}

export function Conflicts({ search, onSearch }: { search: BenchSearch; onSearch(next: BenchSearch): void }) {
  const { t } = useTranslation();
  const fieldName = useFieldName();
  const state = STATES.find((s) => s === search.state) ?? 'open';
  const found = useConflicts(state);
  const integrations = useIntegrations();
  const items = disputes(found.data?.pages.flatMap((p) => p.items) ?? []);
  return (
    <Bench
      title={t('nav.conflicts')}
      states={STATES}
      state={state}
      stateWord={(s) => t(`exchange.conflict_state.${s}`)}
      search={search}
      onSearch={onSearch}
      found={found}
      items={items}
      empty={<Empty title={t('exchange.no_conflicts')} text={t(state === 'open' ? 'exchange.no_conflicts_text' : 'exchange.none_here')} />}
      row={({ task, conflicts }) => (
        <>
          <span className="line small second">
            <StatusIcon status={task.status} size={14} />
            {task.key}
            <span className="grow" />
            <Ago at={conflicts[0]!.created_at} />
          </span>
          <span className="line">
            <span className="ellipsis">{task.title}</span>
          </span>
          <span className={`line small ${conflicts.some((c) => c.outcome === 'open') ? 'warn' : 'muted'}`}>
            <IconGitMerge size={14} stroke={1.5} aria-hidden="true" />
            <span className="ellipsis">{[...new Set(conflicts.map((c) => fieldName(c.field).toLowerCase()))].join(', ')}</span>
          </span>
        </>
      )}
      detail={(dispute, step) => <ConflictDetail key={dispute.id} dispute={dispute} integration={integrations.data?.find((i) => i.id === dispute.integration_id)} onStep={step} />}
    />
  );
}
