import { IconColumns3, IconLayoutRows } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/Button';
import { Picker } from '../../../ui/Picker';
import { type TaskSearch, withMember } from '../filters';
import { groupOf, GROUPS, LANES, lanesOf } from './order';

/** What the columns stand for, and the lanes. */
export function BoardTools({ search, setSearch, phone }: { search: TaskSearch; setSearch(next: TaskSearch): void; phone: boolean }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<'columns' | 'lanes' | null>(null);
  const toggle = (what: 'columns' | 'lanes') => (open: boolean) => setOpened(open ? what : null);
  const by = groupOf(search);
  const lanes = lanesOf(search);
  return (
    <>
      <Picker
        name={t('board.columns')}
        position="bottom-end"
        opened={opened === 'columns'}
        onOpened={toggle('columns')}
        chosen={[by]}
        options={GROUPS.map((g) => ({ value: g, label: t(`field.${g}`) }))}
        onPick={(g) => setSearch(withMember(search, 'group', g === 'status' ? undefined : g))}
      >
        <Button kind="quiet" className="tool-word" icon={<IconColumns3 size={16} stroke={1.5} aria-hidden="true" />} title={t('board.columns')} aria-haspopup="listbox" onClick={() => setOpened('columns')}>
          <span>{t('board.columns_by', { name: t(`field.${by}`).toLowerCase() })}</span>
        </Button>
      </Picker>
      {!phone && (
        <Picker
          name={t('board.lanes')}
          position="bottom-end"
          opened={opened === 'lanes'}
          onOpened={toggle('lanes')}
          chosen={[lanes ?? 'none']}
          options={[{ value: 'none', label: t('board.lanes_none') }, ...LANES.filter((l) => l !== by).map((l) => ({ value: l as string, label: t(`field.${l}`) }))]}
          onPick={(l) => setSearch(withMember(search, 'lanes', l === 'none' ? undefined : (l as TaskSearch['lanes'])))}
        >
          <Button kind="quiet" className="tool-word" icon={<IconLayoutRows size={16} stroke={1.5} aria-hidden="true" />} title={t('board.lanes')} aria-haspopup="listbox" onClick={() => setOpened('lanes')}>
            <span>{t('board.lanes_by', { name: lanes ? t(`field.${lanes}`).toLowerCase() : t('board.lanes_none').toLowerCase() })}</span>
          </Button>
        </Picker>
      )}
    </>
  );
}
