import { type RefObject } from 'react';
import { useCommands } from './commands';

/** J and K walk over the links or buttons marked `data-stop` inside; Enter is theirs already. */
export function useStops(box: RefObject<HTMLElement | null>): void {
  const walk = (by: number) => {
    const stops = [...(box.current?.querySelectorAll<HTMLElement>('[data-stop]') ?? [])];
    if (stops.length === 0) return;
    const now = stops.findIndex((el) => el === document.activeElement || el.contains(document.activeElement));
    const next = stops[now < 0 ? (by > 0 ? 0 : stops.length - 1) : Math.min(stops.length - 1, Math.max(0, now + by))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useCommands([
    { id: 'list.down', run: () => walk(1) },
    { id: 'list.up', run: () => walk(-1) },
  ]);
}
