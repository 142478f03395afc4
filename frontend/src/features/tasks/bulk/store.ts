import { createStore } from '../../../lib/store';

export interface Failure {
  key: string;
  why: string;
}
/** Shown in a dialog when somebody asks what did not work. */
export const failures = createStore<Failure[] | null>(null);

/** One change to many tasks, under way. */
export interface Job {
  /** What is being done, for the progress line. */
  text: string;
  done: number;
  total: number;
  failed: number;
  stopping: boolean;
}
export const job = createStore<Job | null>(null);
export const stopJob = () => job.set((now) => now && { ...now, stopping: true });
