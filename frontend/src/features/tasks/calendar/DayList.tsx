import { Popover } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayText } from '../../../lib/week';
import { StatusIcon } from '../../../ui/StatusIcon';
import type { Entry } from './entries';

/** "+3 more": the whole day in a list. */
export function DayList({ day, hidden, entries, onOpen }: { day: string; hidden: number; entries: Entry[]; onOpen(entry: Entry): void }) {
  const { t, i18n } = useTranslation();
  const [opened, setOpened] = useState(false);
  const title = dayText(day, i18n.language, { weekday: 'long', day: 'numeric', month: 'long' });
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom" offset={4} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
      <Popover.Target>
        <button type="button" className="cal-more" onClick={() => setOpened(!opened)} aria-haspopup="dialog" aria-label={t('calendar.all_of', { count: entries.length, day: title })}>
          {t('calendar.more', { count: hidden })}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={title}>
        {opened && (
          <div className="cal-list">
            <h3>{title}</h3>
            <ul>
              {entries.map((entry) => (
                <li key={entry.key}>
                  <button
                    type="button"
                    className="option"
                    data-task={entry.row.id}
                    onClick={() => {
                      setOpened(false);
                      onOpen(entry);
                    }}
                  >
                    <StatusIcon status={entry.row.status} size={14} />
                    <span className={`ellipsis ${entry.kind === 'due' && entry.row.overdue ? 'danger' : ''}`}>{entry.row.title}</span>
                    <span className="hint">{entry.time || entry.row.key}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
