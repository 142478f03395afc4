import { IconArrowBarToDown, IconArrowBarToUp, IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Status, TaskInput, TaskRow } from '../../../api/types';
import { DatePick } from '../../../ui/DateTimeField';
import { Picker } from '../../../ui/Picker';
import { useDateCtx } from '../../../ui/useDateCtx';
import { ownerOf } from '../model';
import { PersonPicker, PriorityPicker, StatusPicker, TagsPicker } from '../pickers';
import { useTask } from '../queries';
import type { CardMenu } from './Card';
import type { BoardColumn } from './data';
import type { GroupBy } from './order';

export type Step = 'up' | 'down' | 'top' | 'bottom';
interface Props {
  row: TaskRow;
  menu: CardMenu;
  by: GroupBy;
  /** The card's own column, if the order is laid by hand. */
  hand: boolean;
  columns: BoardColumn[];
  onClose(): void;
  onColumn(row: TaskRow, column: string): void;
  onStep(row: TaskRow, step: Step): void;
  onStatus(row: TaskRow, status: Status): void;
  onChange(row: TaskRow, input: TaskInput): void;
}

/** One menu at a time, hung under the card it belongs to. */
export function CardMenus({ row, menu, onClose, onStatus, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  const { zone } = useDateCtx();
  const opened = true;
  const onOpened = (open: boolean) => !open && onClose();
  const anchor = <span className="bcard-anchor" />;
  switch (menu) {
    case 'move':
      return <MoveMenu row={row} onClose={onClose} {...rest} />;
    case 'status':
      return (
        <StatusPicker task={row} opened={opened} onOpened={onOpened} onPick={(status) => onStatus(row, status)}>
          {anchor}
        </StatusPicker>
      );
    case 'priority':
      return (
        <PriorityPicker value={row.priority} opened={opened} onOpened={onOpened} onPick={(priority) => onChange(row, { priority })}>
          {anchor}
        </PriorityPicker>
      );
    case 'owner':
      return (
        <PersonPicker name={t('field.owner')} value={ownerOf(row)} project={row.project.id} opened={opened} onOpened={onOpened} onPick={(owner_id) => onChange(row, { owner_id })}>
          {anchor}
        </PersonPicker>
      );
    case 'tags':
      return (
        <TagsPicker value={row.tags} opened={opened} onOpened={onOpened} onPick={(tag_ids) => onChange(row, { tag_ids })}>
          {anchor}
        </TagsPicker>
      );
    case 'due':
      return (
        <DatePick name={t('field.due_date')} value={row.due_date} zone={zone} opened={opened} onOpened={onOpened} onChange={(due_date) => onChange(row, { due_date })}>
          {anchor}
        </DatePick>
      );
  }
}

const STEPS = [
  ['up', <IconArrowUp key="up" size={16} stroke={1.5} aria-hidden="true" />],
  ['down', <IconArrowDown key="down" size={16} stroke={1.5} aria-hidden="true" />],
  ['top', <IconArrowBarToUp key="top" size={16} stroke={1.5} aria-hidden="true" />],
  ['bottom', <IconArrowBarToDown key="bottom" size={16} stroke={1.5} aria-hidden="true" />],
] as const;

/** Everything that dragging does, without dragging. */
function MoveMenu({ row, by, hand, columns, onClose, onColumn, onStep }: Pick<Props, 'row' | 'by' | 'hand' | 'columns' | 'onClose' | 'onColumn' | 'onStep'>) {
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
