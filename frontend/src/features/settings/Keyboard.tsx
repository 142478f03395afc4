import { useTranslation } from 'react-i18next';
import { allCommands } from '../../lib/commands';
import { singleKeys } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { Button } from '../../ui/Button';
import { Switch } from '../../ui/Field';
import { Part } from './parts';

export function Keyboard() {
  const { t } = useTranslation();
  const on = useStore(singleKeys);
  return (
    <Part name="keyboard">
      <div>
        <Switch label={t('settings.single_keys')} checked={on} onChange={(e) => singleKeys.set(e.target.checked)} />
        <p className="small muted">{t('settings.single_keys_text')}</p>
      </div>
      <div>
        <Button keys="Shift+Slash" command="keys" onClick={() => allCommands().find((c) => c.id === 'keys')?.run()}>
          {t('settings.all_keys')}
        </Button>
      </div>
    </Part>
  );
}
