import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CATALOGUE, type Command, type CommandPlace, known, useAllCommands } from '../../lib/commands';
import { find } from '../../lib/fuzzy';
import { singleKeys } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Switch } from '../../ui/Field';
import { Keys } from '../../ui/marks';
import './palette.css';

type Column = CommandPlace | 'screen';
interface Line {
  id: string;
  name: string;
  keys: string;
}
/** What this screen adds stands under what all lists have. */
const COLUMNS: Column[][] = [['anywhere'], ['list', 'screen'], ['task']];

/** All keys: those of the catalogue, and what this screen adds. */
export default function KeySheet({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const commands = useAllCommands();
  const on = useStore(singleKeys);
  const [q, setQ] = useState('');
  const lines = (column: Column): Line[] => {
    const own = (c: Command) => column === 'screen' && c.keys && !known(c.id) && !/^(Arrow|Escape)/.test(c.keys);
    const list =
      column === 'screen'
        ? commands.filter(own).map((c) => ({ id: c.id, name: t(c.title, c.titleArgs), keys: c.keys! }))
        : Object.entries(CATALOGUE).flatMap(([id, c]) => (c.place === column && c.keys ? [{ id, name: t(c.title).replace(/…$/, ''), keys: c.keys }] : []));
    return list.filter((line) => !q.trim() || find(q, line.name) || line.keys.replace(/Key/g, '').toLowerCase() === q.trim().toLowerCase());
  };
  const shown = COLUMNS.map((group) => group.map((column) => ({ column, lines: lines(column) })).filter((c) => c.lines.length > 0)).filter((group) => group.length > 0);
  return (
    <Dialog title={t('cmd.keys')} onClose={onClose} width={980} top={96} bare>
      <div className="keysheet-head">
        <h2>{t('cmd.keys')}</h2>
        <label className="keysheet-find">
          <IconSearch size={14} stroke={1.5} aria-hidden="true" />
          <input className="input input-sm" type="search" autoFocus data-autofocus aria-label={t('cmd.find_key')} placeholder={t('cmd.find_key')} value={q} onChange={(e) => setQ(e.target.value)} />
        </label>
        <IconButton name={t('ui.close')} icon={<IconX size={16} stroke={1.5} />} onClick={onClose} />
      </div>
      <div className="keysheet-body">
        <div className="keysheet-grid" tabIndex={0} role="region" aria-label={t('cmd.keys')}>
          {shown.map((group) => (
            <div key={group[0]!.column}>
              {group.map(({ column, lines }) => (
                <section key={column}>
                  <h3>{t(`cmd.place_${column}`)}</h3>
                  <ul>
                    {lines.map((line) => (
                      <li key={line.id}>
                        <span className="ellipsis">{line.name}</span>
                        <Keys keys={line.keys} />
                      </li>
                    ))}
                  </ul>
                </section>
              ))}
            </div>
          ))}
          {shown.length === 0 && <p className="muted">{t('ui.nothing_found')}</p>}
        </div>
      </div>
      <div className="dialog-foot">
        <Switch label={t('settings.single_keys')} checked={on} onChange={(e) => singleKeys.set(e.target.checked)} />
        <span className="grow" />
        <span className="small muted">{t('cmd.silent')}</span>
      </div>
    </Dialog>
  );
}
