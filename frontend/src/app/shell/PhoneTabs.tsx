import { IconChecklist, IconCircleCheck, IconHome, IconMenu2, IconSquareRoundedPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { openCreate } from '../../features/tasks/create/store';
import { openPalette } from './useGlobalCommands';

const icon = { size: 22, stroke: 1.5, 'aria-hidden': true } as const;

export function PhoneTabs() {
  const { t } = useTranslation();
  return (
    <nav className="tabs-bar" aria-label={t('nav.main')}>
      <Link to="/" activeOptions={{ exact: true }}>
        <IconHome {...icon} />
        {t('nav.home')}
      </Link>
      <Link to="/my" search={{ open: 'true' }} activeOptions={{ includeSearch: false }}>
        <IconCircleCheck {...icon} />
        {t('nav.my_short')}
      </Link>
      <Link to="/tasks" search={{}} activeOptions={{ includeSearch: false }}>
        <IconChecklist {...icon} />
        {t('nav.tasks')}
      </Link>
      <button type="button" onClick={() => openCreate()}>
        <IconSquareRoundedPlus {...icon} />
        {t('nav.create')}
      </button>
      <button type="button" onClick={openPalette}>
        <IconMenu2 {...icon} />
        {t('nav.more')}
      </button>
    </nav>
  );
}
