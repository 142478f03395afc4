import { useMantineColorScheme } from '@mantine/core';
import { IconLanguage, IconSunMoon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PRIORITIES, type Priority, STATUSES, type Status } from '../../api/types';
import { setLanguage } from '../../lib/i18n';
import { Mark, PRODUCT } from '../../ui/Brand';
import { PriorityIcon } from '../../ui/PriorityIcon';
import { StatusIcon } from '../../ui/StatusIcon';
import './auth.css';

export function SignFrame({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = { auto: 'light', light: 'dark', dark: 'auto' } as const;
  return (
    <div className="sign">
      <div className="sign-side">
        <header className="sign-brand">
          <Mark />
          {PRODUCT}
        </header>
        <main className="sign-form">{children}</main>
        <footer className="sign-foot">
          <button type="button" onClick={() => void setLanguage(i18n.language === 'ru' ? 'en' : 'ru')} title={t('settings.language_switch')}>
            <IconLanguage size={15} stroke={1.5} aria-hidden="true" />
            {t('settings.this_language')}
          </button>
          <button type="button" onClick={() => setColorScheme(next[colorScheme])}>
            <IconSunMoon size={15} stroke={1.5} aria-hidden="true" />
            {t(`settings.theme_${colorScheme}_long`)}
          </button>
        </footer>
      </div>
      <div className="sign-art" aria-hidden="true">
        <Ledger />
      </div>
    </div>
  );
}

const LINES: [Priority, Status, number][] = [
  ['urgent', 'in_progress', 420], ['high', 'in_progress', 300], ['high', 'in_progress', 360], ['urgent', 'testing', 250],
  ['high', 'waiting', 390], ['medium', 'new', 330], ['medium', 'testing', 280], ['high', 'done', 410], ['low', 'done', 240], ['medium', 'testing', 350], ['medium', 'in_progress', 300],
];
/** An abstract ledger: never real titles before log-in. */
function Ledger() {
  return (
    <svg viewBox="0 0 800 680" preserveAspectRatio="xMinYMin meet">
      <path d="M1 0v660" stroke="var(--accent)" strokeWidth="2" />
      {LINES.map(([priority, status, width], i) => (
        <g key={i} transform={`translate(0 ${i * 58})`} opacity={1 - i * 0.07}>
          <svg x="22" y="20" width="20" height="20">
            <PriorityIcon priority={PRIORITIES.includes(priority) ? priority : 'low'} size={20} />
          </svg>
          <svg x="60" y="20" width="18" height="18">
            <StatusIcon status={STATUSES.includes(status) ? status : 'new'} size={18} />
          </svg>
          <rect x="96" y="25" width={width} height="8" rx="4" fill="var(--border)" />
          <path d="M0 57.5h800" stroke="var(--line)" />
        </g>
      ))}
    </svg>
  );
}
