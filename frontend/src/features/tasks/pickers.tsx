import { IconUserOff } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, usePeople, useProjects, useTags } from '../../api/refs';
import { PRIORITIES, type Priority, type PersonRef, STATUSES, type Status, type TagRef, type TaskRow } from '../../api/types';
import { useDebounced } from '../../lib/hooks';
import { ProjectMark } from '../../ui/marks';
import { Avatar } from '../../ui/people';
import { Picker } from '../../ui/Picker';
import { PriorityIcon } from '../../ui/PriorityIcon';
import { StatusIcon } from '../../ui/StatusIcon';
import { useTask } from './queries';

interface Drop {
  opened: boolean;
  onOpened(opened: boolean): void;
  children: ReactElement;
}

/** Which statuses come next is the server's word: the full task says it. */
export function StatusPicker({ task, onPick, ...drop }: Drop & { task?: TaskRow; onPick(status: Status): void }) {
  const { t } = useTranslation();
  const full = useTask(task?.key ?? '', drop.opened && task !== undefined);
  const next = task ? full.data?.next_statuses : undefined;
  return (
    <Picker
      {...drop}
      name={t('field.status')}
      chosen={task ? [task.status] : []}
      options={STATUSES.map((status) => ({ value: status, label: t(`status.${status}`), icon: <StatusIcon status={status} />, disabled: next ? status !== task?.status && !next.includes(status) : false }))}
      onPick={(status) => status !== task?.status && onPick(status)}
    />
  );
}

export function PriorityPicker({ value, onPick, ...drop }: Drop & { value?: Priority; onPick(priority: Priority): void }) {
  const { t } = useTranslation();
  return (
    <Picker
      {...drop}
      name={t('field.priority')}
      chosen={value ? [value] : []}
      options={PRIORITIES.map((priority) => ({ value: priority, label: t(`priority.${priority}`), icon: <PriorityIcon priority={priority} /> }))}
      onPick={(priority) => priority !== value && onPick(priority)}
    />
  );
}

/** One person or none. */
export function PersonPicker({ name, value, project, none = true, onPick, ...drop }: Drop & { name: string; value: PersonRef | null; project?: number; none?: boolean; onPick(id: number | null): void }) {
  const { t } = useTranslation();
  const me = useMe();
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const people = usePeople(settled, { project, enabled: drop.opened });
  const list = [...(people.data ?? [])].sort((a, b) => Number(b.id === me.id) - Number(a.id === me.id));
  return (
    <Picker<number | null>
      {...drop}
      name={name}
      search
      onSearch={setQ}
      loading={people.isFetching || settled !== q}
      chosen={[value?.id ?? null]}
      options={[
        ...(none && !q ? [{ value: null, label: t('field.nobody'), icon: <IconUserOff size={16} stroke={1.5} /> }] : []),
        ...list.map((p) => ({ value: p.id, label: p.name, icon: <Avatar person={p} size={18} />, hint: p.id === me.id ? t('ui.me') : undefined })),
      ]}
      onPick={(id) => id !== (value?.id ?? null) && onPick(id)}
    />
  );
}

export function PeoplePicker({ name, value, project, onPick, ...drop }: Drop & { name: string; value: PersonRef[]; project?: number; onPick(ids: number[]): void }) {
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const people = usePeople(settled, { project, enabled: drop.opened });
  return (
    <Picker
      {...drop}
      name={name}
      search
      many
      onSearch={setQ}
      loading={people.isFetching || settled !== q}
      chosen={value.map((p) => p.id)}
      options={(people.data ?? []).map((p) => ({ value: p.id, label: p.name, icon: <Avatar person={p} size={18} /> }))}
      onPick={(_, ids) => onPick(ids)}
    />
  );
}

export function TagsPicker({ value, onPick, ...drop }: Drop & { value: TagRef[]; onPick(ids: number[], toggled: number): void }) {
  const { t } = useTranslation();
  const tags = useTags();
  return (
    <Picker
      {...drop}
      name={t('field.tags')}
      search
      many
      loading={tags.isPending}
      chosen={value.map((tag) => tag.id)}
      options={(tags.data ?? []).map((tag) => ({ value: tag.id, label: tag.name, icon: <Dot color={tag.color} /> }))}
      onPick={(id, ids) => onPick(ids, id)}
    />
  );
}
export function Dot({ color }: { color: string }) {
  return (
    <span className="tag" style={{ '--dot': color } as React.CSSProperties}>
      <i />
    </span>
  );
}

export function ProjectPicker({ value, onPick, ...drop }: Drop & { value: number | null; onPick(id: number): void }) {
  const { t } = useTranslation();
  const projects = useProjects();
  return (
    <Picker
      {...drop}
      name={t('field.project')}
      search
      loading={projects.isPending}
      chosen={value === null ? [] : [value]}
      options={(projects.data ?? []).map((p) => ({ value: p.id, label: p.name, icon: <ProjectMark project={p} />, hint: p.key }))}
      onPick={(id) => id !== value && onPick(id)}
    />
  );
}
