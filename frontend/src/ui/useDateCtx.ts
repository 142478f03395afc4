import { useTranslation } from 'react-i18next';
import { currentSession } from '../api/session';
import { browserZone, type DateCtx } from '../lib/dates';
import { useMinute } from '../lib/hooks';

/** The reader's zone and language; fresh every minute. */
export function useDateCtx(): DateCtx {
  const { i18n } = useTranslation();
  useMinute();
  return { zone: currentSession()?.user.time_zone ?? browserZone(), lang: i18n.language };
}
