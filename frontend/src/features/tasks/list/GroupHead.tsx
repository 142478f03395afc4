import { IconAlertTriangle, IconCalendar, IconChevronDown, IconPlus, IconUserOff } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople, useProjects } from '../../../api/refs';
import type { Priority, Status } from '../../../api/types';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { type Group, partOfGroup } from './items';

interface Props {
  group: Group;
  index?: number;
  y?: number;
  cursor?: boolean;
  /** The copy that stays at the top while its group scrolls by: for the eye and the pointer only. */
  copy?: boolean;
  onFold(group: Group): void;
  onAdd?(group: Group): void;
  onFocus?(key: string): void;
}

export const GroupHead = memo(function GroupHead({ group, index, y, cursor, copy, onFold, onAdd, onFocus }: Props) {
  const { t } = useTranslation();
  const name = useGroupName(group);
  const key = partOfGroup(group);
  return (
    <div
      role={copy ? undefined : 'row'}
      aria-hidden={copy || undefined}
      aria-rowindex={index === undefined ? undefined : index + 2}
      aria-expanded={copy ? undefined : !group.folded}
      data-index={index}
      data-group={copy ? undefined : key}
      className="tgroup"
      style={y === undefined ? undefined : { transform: `translateY(${y}px)` }}
    >
      <div role={copy ? undefined : 'gridcell'} className="tgroup-cell">
        <button type="button" className="tgroup-fold" tabIndex={copy ? -1 : cursor ? 0 : -1} data-folded={group.folded} aria-expanded={!group.folded} onFocus={() => onFocus?.(key)} onClick={() => onFold(group)}>
          <IconChevronDown size={16} stroke={1.5} aria-hidden="true" className="tgroup-arrow" />
          <GroupIcon group={group} />
          <b>{name}</b>
          <span className="muted">{group.count}</span>
        </button>
        <span className="grow" />
        {onAdd && group.value !== 'overdue' && (
          <button type="button" tabIndex={-1} className="cell-btn tgroup-add" aria-label={t('list.add_to', { name })} title={t('list.add_to', { name })} onClick={() => onAdd(group)}>
            <IconPlus size={16} stroke={1.5} aria-hidden="true" />
          </button>
        )}
      </div>
    </div>
  );
});

export function useGroupName(group: Pick<Group, 'by' | 'value' | 'label'>): string {
  const { t } = useTranslation();
  switch (group.by) {
    case 'status':
      return t(`status.${group.value}`);
    case 'priority':
      return t(`priority.${group.value}`);
    case 'due':
      return t(`list.due_${group.value}`);
    default:
      return group.value === 'none' ? t('field.nobody') : group.label || `#${group.value}`;
  }
}

export function GroupIcon({ group }: { group: Pick<Group, 'by' | 'value' | 'label'> }) {
  const people = usePeople('', { enabled: group.by === 'assignee' });
  const projects = useProjects();
  const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;
  switch (group.by) {
    case 'status':
      return <StatusIcon status={group.value as Status} />;
    case 'priority':
      return <PriorityIcon priority={group.value as Priority} />;
    case 'due':
      return group.value === 'overdue' ? <IconAlertTriangle {...icon} className="danger" /> : <IconCalendar {...icon} className="muted" />;
    case 'project': {
      const project = projects.data?.find((p) => String(p.id) === group.value);
      return project ? <ProjectMark project={project} /> : null;
    }
    case 'assignee': {
      if (group.value === 'none') return <IconUserOff {...icon} className="muted" />;
      const person = people.data?.find((p) => String(p.id) === group.value);
      return (
        <span aria-hidden="true" className="row-flex">
          <Avatar person={person ?? { name: group.label, avatar_color: 'var(--text-3)' }} size={18} />
        </span>
      );
    }
  }
}
