import { useEffect, useState } from 'react';
import { connection } from '../../../api/connection';

/** Field -> colour of the person who has just changed it. */
export type FieldMarks = Readonly<Record<string, string>>;
const HOLD_MS = 4000;

/** What others change while the task is open, each field for a moment. */
export function useFieldMarks(task: number, me: number): FieldMarks {
  const [marks, setMarks] = useState<FieldMarks>({});
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const off = connection.onFrame((frame) => {
      if (frame.type !== 'event' || frame.event.task_id !== task || frame.event.actor?.id === me) return;
      const color = frame.event.actor?.avatar_color ?? 'var(--text-3)';
      const names = Object.keys(frame.event.changes ?? {});
      if (names.length === 0) return;
      setMarks((now) => ({ ...now, ...Object.fromEntries(names.map((name) => [name, color])) }));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setMarks((now) => Object.fromEntries(Object.entries(now).filter(([name]) => !names.includes(name))));
      }, HOLD_MS);
      timers.add(timer);
    });
    return () => {
      off();
      timers.forEach(clearTimeout);
      setMarks({});
    };
  }, [task, me]);
  return marks;
}
