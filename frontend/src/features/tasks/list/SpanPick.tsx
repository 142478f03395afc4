import { Popover } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../api/refs';
import { dayOf } from '../../../lib/dates';
import { Button } from '../../../ui/Button';
import Calendar from '../../../ui/Calendar';
import { type FilterName, resolveDay } from '../filters';
import type { Op } from '../filtersFields';
import { useDayWords } from './Filters';

interface Props {
  name: FilterName;
  value: string | undefined;
  op: Op;
  days: string[];
  onDays(days: string[]): void;
  onClose(): void;
  children: ReactElement;
}

/** A day in words that move along, or a fixed one from the calendar; of a span both ends. */
export default function SpanPick({ name, op, days, onDays, onClose, children }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const say = useDayWords();
  const [end, setEnd] = useState(0);
  const between = op === 'between';
  const today = dayOf(new Date().toISOString(), me.time_zone);
  const words = name === 'created' || name === 'updated' ? ['today', 'yesterday', '-7', '-30'] : ['today', 'tomorrow', '+7', '+30'];
  const day = days[between ? end : 0];
  const pick = (next: string) => {
    if (!between) {
      onDays([next]);
      onClose();
      return;
    }
    const both = end === 0 ? [next, days[1] ?? next] : [days[0] ?? next, next];
    // The ends in their order, whichever was picked last.
    if (resolveDay(both[0]!, today) > resolveDay(both[1]!, today)) both[1 - end] = next;
    onDays(both);
    if (end === 0) setEnd(1);
    else onClose();
  };
  return (
    <Popover opened onChange={(opened) => !opened && onClose()} position="bottom-start" offset={4} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={t(`filter.${name}`)}>
        <div
          className="span-pick"
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return;
            e.stopPropagation();
            onClose();
          }}
        >
          {between && (
            <div className="row-flex span-ends" role="group" aria-label={t('filter.name_between')}>
              {[0, 1].map((i) => (
                <Button key={i} kind="quiet" className={end === i ? 'btn-on' : ''} aria-pressed={end === i} onClick={() => setEnd(i)}>
                  {t(i === 0 ? 'filter.op_from' : 'filter.op_until')} {days[i] ? say(days[i]) : '…'}
                </Button>
              ))}
            </div>
          )}
          <div className="span-words">
            {words.map((word) => (
              <Button key={word} kind="quiet" className={day === word ? 'btn-on' : ''} onClick={() => pick(word)}>
                {say(word)}
              </Button>
            ))}
          </div>
          <Calendar name={t(`filter.${name}`)} day={day ? resolveDay(day, today) : null} onDay={(next) => next && pick(next)} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
