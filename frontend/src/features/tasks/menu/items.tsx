import { IconArchive, IconArchiveOff, IconArrowUpRight, IconCalendar, IconCopy, IconExternalLink, IconFolder, IconLink, IconPlus, IconRestore, IconStatusChange, IconTag, IconTrash, IconUserCheck, IconUserPlus, IconUserStar } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../../../api/refs';
import type { TaskRow } from '../../../api/types';
import type { KnownCommand } from '../../../lib/commands';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { useTaskActions } from '../actions';
import { useApply } from '../bulk/useApply';
import { openCreate } from '../create/store';
import { can, ownerOf } from '../model';
import type { MenuPage } from './store';

export interface TaskItem {
  /** Its name and key are the registry's. */
  id: KnownCommand;
  icon: ReactNode;
  /** Leads on to a page with the choice, or does it at once. */
  page?: MenuPage;
  run?(): void;
  /** A line above it. */
  apart?: boolean;
  danger?: boolean;
}
const icon = { size: 16, stroke: 1.5, 'aria-hidden': true } as const;

/** What can be done with these tasks: context menu and palette show the same. */
export function useTaskItems(): (tasks: TaskRow[]) => TaskItem[] {
  const navigate = useNavigate();
  const me = useMe();
  const actions = useTaskActions();
  const apply = useApply();
  return (tasks) => {
    const one = tasks.length === 1 ? tasks[0]! : null;
    // Of many, each is answered for by the server; here only what none of them allows is left out.
    const may = (action: string) => tasks.some((task) => can(task, action));
    const archived = tasks.every((task) => task.archived_at !== null);
    const deleted = tasks.every((task) => task.deleted_at !== null);
    const items: (TaskItem | false)[] = [
      one !== null && { id: 'list.open', icon: <IconArrowUpRight {...icon} />, run: () => void navigate({ to: '/tasks/$key', params: { key: one.key } }) },
      one !== null && { id: 'task.tab', icon: <IconExternalLink {...icon} />, run: () => void window.open(`/tasks/${one.key}`, '_blank', 'noopener') },
      may('change_status') && { id: 'task.status', icon: <IconStatusChange {...icon} />, page: 'status', apart: one !== null },
      may('assign') && { id: 'task.owner', icon: <IconUserPlus {...icon} />, page: 'owner' },
      may('assign') && tasks.some((task) => ownerOf(task)?.id !== me.id) && { id: 'task.take', icon: <IconUserCheck {...icon} />, run: () => apply(tasks, { owner_id: me.id }) },
      may('edit') && { id: 'task.priority', icon: <PriorityIcon priority="high" />, page: 'priority' },
      may('edit') && { id: 'task.due', icon: <IconCalendar {...icon} />, page: 'due' },
      may('edit') && { id: 'task.tags', icon: <IconTag {...icon} />, page: 'tags' },
      may('edit') && { id: 'task.supervisor', icon: <IconUserStar {...icon} />, page: 'supervisor' },
      may('move') && { id: 'task.move', icon: <IconFolder {...icon} />, page: 'project' },
      one !== null && can(one, 'edit') && { id: 'task.child', icon: <IconPlus {...icon} />, apart: true, run: () => openCreate({ parent: { id: one.id, key: one.key, title: one.title, status: one.status }, project_id: one.project.id }, 'parent') },
      one !== null && { id: 'task.copy', icon: <IconCopy {...icon} />, run: () => void actions.copyKey(one) },
      one !== null && { id: 'task.link', icon: <IconLink {...icon} />, run: () => void actions.copyLink(one) },
      may('archive') && !deleted && (archived ? { id: 'task.unarchive', icon: <IconArchiveOff {...icon} />, apart: true, run: () => apply(tasks, { archived: false }) } : { id: 'task.archive', icon: <IconArchive {...icon} />, apart: true, run: () => apply(tasks, { archived: true }) }),
      one !== null && deleted && can(one, 'restore') && { id: 'task.restore', icon: <IconRestore {...icon} />, run: () => void actions.restore(one) },
      may('delete') && !deleted && { id: 'task.delete', icon: <IconTrash {...icon} />, danger: true, ...(one ? { run: () => apply(tasks, { deleted: true }) } : { page: 'delete' }) },
    ];
    return items.filter((item) => item !== false);
  };
}
