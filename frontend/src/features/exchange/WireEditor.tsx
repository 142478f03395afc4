import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useIntegrations } from '../../api/refs';
import { PRIORITIES, STATUSES } from '../../api/types';
import { fromWallTime, wallTime } from '../../lib/dates';
import { useDateCtx } from '../../ui/useDateCtx';
import { textOf } from './Value';

const DATES = new Set(['deadline', 'date_check', 'date_start_plan', 'date_end_plan', 'timestamp']);
const two = (n: number) => String(n).padStart(2, '0');

/** A value of the wire, edited by its kind. A value that is none of its kind starts empty. */
export function WireEditor({ field, label, value, onValue, autoFocus }: { field: string; label: string; value: unknown; onValue(value: unknown): void; autoFocus?: boolean }) {
  const { t } = useTranslation();
  const { zone } = useDateCtx();
  const id = useId();
  const integrations = useIntegrations(field === 'source');
  const focus = autoFocus ? { 'data-autofocus': true } : {};
  const list = (values: readonly string[], word: (v: string) => string) => (
    <select className="input" aria-label={label} id={id} {...focus} value={values.includes(textOf(value)) ? textOf(value) : ''} onChange={(e) => onValue(e.target.value)}>
      {!values.includes(textOf(value)) && (
        <option value="" disabled>
          {t('exchange.choose')}
        </option>
      )}
      {values.map((v) => (
        <option key={v} value={v}>
          {word(v)}
        </option>
      ))}
    </select>
  );
  if (field === 'status') return list(STATUSES, (v) => `${t(`status.${v}`)} · ${v}`);
  if (field === 'priority') return list(PRIORITIES.filter((p) => p !== 'urgent'), (v) => `${t(`priority.${v}`)} · ${v}`);
  if (field === 'source') return list(integrations.data?.map((i) => i.source) ?? [], (v) => v);
  if (DATES.has(field)) {
    const known = typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? wallTime(new Date(value), zone) : null;
    return (
      <input
        type="datetime-local"
        className="input"
        aria-label={label}
        {...focus}
        value={known ? `${known.year}-${two(known.month)}-${two(known.day)}T${two(known.hour)}:${two(known.minute)}` : ''}
        onChange={(e) => {
          const found = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/.exec(e.target.value)?.slice(1).map(Number);
          onValue(found ? fromWallTime({ year: found[0]!, month: found[1]!, day: found[2]!, hour: found[3]!, minute: found[4]!, second: 0 }, zone).toISOString() : null);
        }}
      />
    );
  }
  const long = field === 'content' || field === 'comment';
  return long ? (
    <textarea className="input" rows={4} aria-label={label} {...focus} value={textOf(value)} onChange={(e) => onValue(e.target.value)} />
  ) : (
    <input className="input" aria-label={label} {...focus} value={textOf(value)} onChange={(e) => onValue(e.target.value)} />
  );
}
