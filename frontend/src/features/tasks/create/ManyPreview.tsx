import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { dueWords } from '../../../lib/dates';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useProblemText } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { instantOf } from './body';
import type { Sent } from './sendRows';

type Item = Pick<Sent, 'row' | 'parsed'> & Partial<Sent>;

/** Many lines as the tasks they become, sub-tasks below theirs; while they are sent, how each fared. */
export function ManyPreview({ items }: { items: Item[] }) {
  const { t } = useTranslation();
  const below = useMemo(() => {
    const map = new Map<number | null, number[]>();
    for (const [i, { row }] of items.entries()) {
      const beside = map.get(row.parent);
      if (beside) beside.push(i);
      else map.set(row.parent, [i]);
    }
    return map;
  }, [items]);
  const nested = items.filter(({ row }) => row.parent !== null).length;
  return (
    <>
      <h2>{[t('quick.result_many', { count: items.length }), nested > 0 && t('quick.nested', { count: nested })].filter(Boolean).join(', ')}</h2>
      <div className="qa-many">
        <Branch items={items} below={below} parent={null} />
      </div>
    </>
  );
}

function Branch({ items, below, parent }: { items: Item[]; below: Map<number | null, number[]>; parent: number | null }) {
  const rows = below.get(parent);
  if (!rows) return null;
  return (
    <ol>
      {rows.map((i) => (
        <li key={i} data-state={items[i]!.state}>
          <Line item={items[i]!} />
          <Branch items={items} below={below} parent={i} />
        </li>
      ))}
    </ol>
  );
}

function Line({ item: { row, parsed, state, task, why, error } }: { item: Item }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const ctx = useDateCtx();
  const failed = state === 'failed';
  const facts = () => [parsed.parent && `^${parsed.parent.key}`, parsed.priority && t(`priority.${parsed.priority}`), parsed.due && dueWords(instantOf(parsed.due, ctx.zone), ctx)].filter(Boolean).join(' · ');
  return (
    <div className="qa-row">
      {state === 'done' ? <IconCheck size={16} stroke={1.8} className="ok" aria-hidden="true" /> : failed ? <IconAlertCircle size={16} stroke={1.5} className="danger" aria-hidden="true" /> : <StatusIcon status="new" />}
      <span className="grow ellipsis">{parsed.title || row.text}</span>
      <span className={`small nowrap ${failed ? 'danger' : 'muted'}`}>{failed ? (why ? t(`quick.${why}`) : words(error)) : (task?.key ?? (parsed.title === '' ? t('quick.no_title') : facts()))}</span>
    </div>
  );
}
