import { useTranslation } from 'react-i18next';
import { type CommandGroup, useAllCommands } from '../../lib/commands';
import { singleKeys } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { Dialog } from '../../ui/Dialog';
import { Check } from '../../ui/Field';
import { Keys } from '../../ui/marks';

const GROUPS: CommandGroup[] = ['go', 'task', 'list', 'view', 'help'];

export default function KeySheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const commands = useAllCommands().filter((c) => c.keys && !c.keys.startsWith('Arrow'));
  const on = useStore(singleKeys);
  return (
    <Dialog title={t('cmd.keys')} onClose={onClose} width={860}>
      <div className="keysheet">
        {GROUPS.filter((group) => commands.some((c) => c.group === group)).map((group) => (
          <section key={group}>
            <h3>{t(`cmd.group_${group}`)}</h3>
            <ul>
              {commands
                .filter((c) => c.group === group)
                .map((c) => (
                  <li key={c.id}>
                    {t(c.title, c.titleArgs)}
                    <Keys keys={c.keys!} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
      <Check label={t('settings.single_keys')} checked={on} onChange={(e) => singleKeys.set(e.target.checked)} />
    </Dialog>
  );
}
