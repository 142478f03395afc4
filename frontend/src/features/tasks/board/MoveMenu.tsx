import { IconArrowBarToDown, IconArrowBarToUp, IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Status, TaskRow } from '../../../api/types';
import { Picker } from '../../../ui/Picker';
import { useTask } from '../queries';
import type { BoardColumn } from './data';
import type { GroupBy } from './order';

export type Step = 'up' | 'down' | 'top' | 'bottom';
interface Props {
  row: TaskRow;
  by: GroupBy;
  /** The order is laid by hand, so a card can go up and down. */
  hand: boolean;
  columns: BoardColumn[];
  onClose(): void;
  onColumn(row: TaskRow, column: string): void;
  onStep(row: TaskRow, step: Step): void;
}

const STEPS = [
  ['up', <IconArrowUp key="up" size={16} stroke={1.5} aria-hidden="true" />],
  ['down', <IconArrowDown key="down" size={16} stroke={1.5} aria-hidden="true" />],
  ['top', <IconArrowBarToUp key="top" size={16} stroke={1.5} aria-hidden="true" />],
  ['bottom', <IconArrowBarToDown key="bottom" size={16} stroke={1.5} aria-hidden="true" />],
] as const;

/** Everything that dragging does, without dragging; it hangs under its card. */
export function MoveMenu({ row, by, hand, columns, onClose, onColumn, onStep }: Props) {
  const { t } = useTranslation();
  // Which statuses come next is the server's word.
  const next = useTask(row.key, by === 'status').data?.next_statuses;
  const own = columns.find((c) => c.rows.some((r) => r.id === row.id));
  const alone = (own?.rows.length ?? 0) < 2;
  return (
    <Picker
      name={t('board.move')}
      opened
      onOpened={(open) => !open && onClose()}
      chosen={own ? [own.value] : []}
      options={[
        ...columns.map((c) => ({ value: c.value, label: c.title, icon: c.icon, disabled: by === 'status' && next !== undefined && c.value !== row.status && !next.includes(c.value as Status) })),
        ...(hand ? STEPS.map(([step, icon]) => ({ value: `step:${step}`, label: t(`board.${step}`), icon, disabled: alone })) : []),
      ]}
      onPick={(value) => {
        if (value.startsWith('step:')) onStep(row, value.slice(5) as Step);
        else if (value !== own?.value) onColumn(row, value);
      }}
    >
      <span className="bcard-anchor" />
    </Picker>
  );
}
