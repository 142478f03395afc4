import { DatePicker, DatesProvider } from '@mantine/dates';
import '@mantine/dates/styles.css';
import 'dayjs/locale/ru';
import { useTranslation } from 'react-i18next';
import { firstWeekday } from '../lib/week';

/** The month grid; its own chunk, loaded when a date is first picked. */
export default function Calendar({ name, day, onDay }: { name: string; day: string | null; onDay(day: string | null): void }) {
  const { t, i18n } = useTranslation();
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: firstWeekday() }}>
      <DatePicker
        size="xs"
        aria-label={name}
        value={day}
        defaultDate={day ?? undefined}
        onChange={onDay}
        highlightToday
        ariaLabels={{ nextMonth: t('date.next_month'), previousMonth: t('date.previous_month'), nextYear: t('date.next_year'), previousYear: t('date.previous_year'), monthLevelControl: t('date.choose_month'), yearLevelControl: t('date.choose_year') }}
      />
    </DatesProvider>
  );
}
