import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconCalendarEvent } from '@tabler/icons-react';
import type { TaskRow } from '../../../api/types';
import { dayText, shiftDay } from '../../../lib/week';
import { IconButton } from '../../../ui/Button';
import { DatePick } from '../../../ui/DateTimeField';
import { LinesSkeleton } from '../../../ui/states';
import { can } from '../model';
import type { Entry } from './entries';
import { TrayRow, type TrayWords } from './Tray';

interface Props {
  words: TrayWords;
  entries: Entry[];
  loose: TaskRow[];
  today: string;
  from: string;
  to: string;
  zone: string;
  pending: boolean;
  chip(entry: Entry): ReactNode;
  onDue(row: TaskRow, day: string | null): void;
  onOpen(row: TaskRow): void;
}

/** On a phone a month is a list of its days that hold something. */
export function Agenda({ words, entries, loose, today, from, to, zone, pending, chip, onDue, onOpen }: Props) {
  const { t, i18n } = useTranslation();
  // The month opens at today: what is over can be scrolled up to.
  const now = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!pending) now.current?.scrollIntoView({ block: 'start' });
  }, [pending, from]);
  if (pending) return <LinesSkeleton lines={8} />;
  const days: string[] = [];
  for (let day = from; day <= to; day = shiftDay(day, 1)) if (day === today || entries.some((e) => e.from <= day && day <= e.to && (e.kind === 'due' || e.from === day || day === from))) days.push(day);
  return (
    <div className="agenda">
      {days.map((day) => {
        const list = entries.filter((e) => (e.kind === 'due' ? e.from === day : e.from === day || (day === from && e.from < day && e.to >= day)));
        return (
          <section key={day} ref={day === today ? now : undefined} aria-label={dayText(day, i18n.language, { weekday: 'long', day: 'numeric', month: 'long' })}>
            <h2 className={day === today ? 'agenda-today' : ''}>
              <b>{Number(day.slice(8))}</b>
              {dayText(day, i18n.language, { weekday: 'long' })}
              {day === today && <span>{t('date.today').toLowerCase()}</span>}
            </h2>
            {list.length === 0 ? <p className="cal-none">{t('calendar.nothing_today')}</p> : list.map((entry) => <AgendaRow key={entry.key} entry={entry} zone={zone} onDue={onDue} chip={chip} />)}
          </section>
        );
      })}
      {loose.length > 0 && (
        <section aria-label={t('calendar.tray')}>
          <h2>{t('calendar.tray')}</h2>
          <ul>
            {loose.slice(0, 40).map((row) => (
              <TrayRow key={row.id} words={words} row={row} zone={zone} onDue={onDue} onOpen={onOpen} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function AgendaRow({ entry, zone, onDue, chip }: { entry: Entry; zone: string } & Pick<Props, 'onDue' | 'chip'>) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <div className="agenda-row">
      {chip(entry)}
      {entry.kind === 'due' && can(entry.row, 'edit') && (
        <DatePick name={t('field.due_date')} value={entry.row.due_date} zone={zone} opened={opened} onOpened={setOpened} onChange={(value) => onDue(entry.row, value && value.slice(0, 10))}>
          <IconButton name={t('calendar.set_day', { key: entry.row.key })} icon={<IconCalendarEvent size={18} stroke={1.5} aria-hidden="true" />} onClick={() => setOpened(!opened)} />
        </DatePick>
      )}
    </div>
  );
}
