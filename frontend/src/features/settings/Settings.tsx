import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { useCommands } from '../../lib/commands';
import { useTitle } from '../../lib/hooks';
import { Button } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { Appearance } from './Appearance';
import { Keyboard } from './Keyboard';
import { Profile } from './Profile';
import { Sessions } from './Sessions';
import './settings.css';

const PARTS = ['profile', 'appearance', 'keyboard', 'sessions'] as const;

export function Settings() {
  const { t } = useTranslation();
  useTitle(t('nav.settings'));
  const go = (part: string) => {
    const el = document.getElementById(`settings-${part}`);
    el?.scrollIntoView({ block: 'start' });
    el?.querySelector<HTMLElement>('input, button, select')?.focus({ preventScroll: true });
  };
  useCommands(PARTS.map((part) => ({ id: `settings.${part}`, title: `settings.cmd_${part}`, group: 'go', run: () => go(part) })));
  return (
    <Page title={t('nav.settings')}>
      <div className="settings">
        <nav className="settings-nav" aria-label={t('settings.parts')}>
          {PARTS.map((part) => (
            <button key={part} type="button" className="nav" data-command={`settings.${part}`} onClick={() => go(part)}>
              {t(`settings.${part}`)}
            </button>
          ))}
        </nav>
        <div className="settings-body">
          <Profile />
          <Appearance />
          <Keyboard />
          <Sessions />
          <div className="settings-out">
            <Button command="logout" onClick={() => void api.auth.logOut().catch(() => undefined)}>
              {t('settings.log_out')}
            </Button>
          </div>
        </div>
      </div>
    </Page>
  );
}
