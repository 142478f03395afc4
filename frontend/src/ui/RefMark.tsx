import { useSyncExternalStore } from 'react';
import { onRefs, refOf } from '../api/taskrefs';
import { StatusIcon } from './StatusIcon';

/** The status or the title that goes with a task key. */
export function RefMark({ part, taskKey }: { part: 'icon' | 'title'; taskKey: string }) {
  const ref = useSyncExternalStore(onRefs, () => refOf(taskKey));
  if (!ref) return null;
  return part === 'icon' ? <StatusIcon status={ref.status} size={14} /> : <>{ref.title}</>;
}
