import { IconAlertTriangle } from '@tabler/icons-react';
import { agoWords, dayDistance, dueWords, fullWords } from '../lib/dates';
import { useDateCtx } from './useDateCtx';

/** When something happened. */
export function Ago({ at }: { at: string }) {
  const ctx = useDateCtx();
  return (
    <time dateTime={at} title={fullWords(at, ctx)} className="nowrap">
      {agoWords(at, ctx)}
    </time>
  );
}

/** When something is due: red with a mark when overdue, bold today. */
export function Due({ at, overdue }: { at: string; overdue?: boolean }) {
  const ctx = useDateCtx();
  const today = !overdue && dayDistance(at, ctx) === 0;
  return (
    <time dateTime={at} title={fullWords(at, ctx)} className={`nowrap due ${overdue ? 'danger' : ''}`} style={{ fontWeight: overdue || today ? 600 : undefined }}>
      {overdue && <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" style={{ verticalAlign: -2, marginRight: 4 }} />}
      {dueWords(at, ctx)}
    </time>
  );
}
