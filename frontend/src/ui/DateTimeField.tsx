import { Popover } from '@mantine/core';
import { lazy, type ReactElement, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOf, timeOf, toApiDate } from '../lib/dates';
import { Button } from './Button';

const Calendar = lazy(() => import('./Calendar'));

export interface DateDraft {
  day: string | null;
  time: string;
}

/** The calendar with an optional time under any target. Says a bare date or an instant. */
export function DatePick({
  name,
  value,
  zone,
  onChange,
  opened,
  onOpened,
  children,
}: {
  name: string;
  value: string | null;
  zone: string;
  onChange(value: string | null): void;
  opened: boolean;
  onOpened(opened: boolean): void;
  children: ReactElement;
}) {
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-start" offset={4} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={name}>
        {opened && <Panel name={name} value={value} zone={zone} onChange={onChange} close={() => onOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** A bare date ("2026-11-24") is already a day; an instant becomes one in the zone. */
function draftOf(value: string | null, zone: string): DateDraft {
  if (!value) return { day: null, time: '' };
  if (!value.includes('T')) return { day: value, time: '' };
  return { day: dayOf(value, zone), time: timeOf(value, zone) };
}

function Panel({ name, value, zone, onChange, close }: { name: string; value: string | null; zone: string; onChange(v: string | null): void; close(): void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(value, zone));
  const shift = (days: number) => dayOf(new Date(Date.now() + days * 86_400_000).toISOString(), zone);
  const save = (next: DateDraft) => {
    onChange(next.day ? toApiDate(next.day, next.time, zone) : null);
    close();
  };
  return (
    <div style={{ padding: 6, width: 288 }}>
      <div className="row-flex" style={{ marginBottom: 6, gap: 4 }}>
        {([['date.today', 0], ['date.tomorrow', 1], ['date.week', 7]] as const).map(([key, days]) => (
          <Button key={key} kind="quiet" onClick={() => save({ day: shift(days), time: draft.time })}>
            {t(key)}
          </Button>
        ))}
      </div>
      <Suspense fallback={<div style={{ height: 256 }} />}>
        <Calendar name={name} day={draft.day} onDay={(day) => setDraft({ ...draft, day })} />
      </Suspense>
      <div className="row-flex" style={{ marginTop: 8 }}>
        <input
          type="time"
          className="input input-sm grow"
          aria-label={t('date.time')}
          value={draft.time}
          onChange={(e) => setDraft({ ...draft, time: e.target.value })}
          onKeyDown={(e) => e.key === 'Enter' && save(draft)}
        />
        {value && (
          <Button kind="quiet" onClick={() => save({ day: null, time: '' })}>
            {t('ui.clear')}
          </Button>
        )}
        <Button kind="primary" disabled={!draft.day} onClick={() => save(draft)}>
          {t('ui.ok')}
        </Button>
      </div>
    </div>
  );
}
