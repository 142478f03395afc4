import { patch, post } from './client';
import type { Id, Project, Status, Task } from './types';

/** A place in the stored order: before or after another task of the same project. */
export const rank = (id: Id, anchor: { before_id: Id } | { after_id: Id }) => post<Task>(`/tasks/${id}/rank`, anchor);

export type BoardLimits = Partial<Record<Status, number>>;
/** Until the generated types know the member. */
export type LimitedProject = Project & { board_limits?: BoardLimits };
export const setLimits = (project: LimitedProject, board_limits: BoardLimits) => patch<LimitedProject>(`/projects/${project.id}`, { board_limits }, { version: project.version });
