import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { TaskRow } from '../../../api/types';
import { openTaskMenu } from './store';

const HOLD_MS = 500;
const OWN = 'input, textarea, [contenteditable="true"], [role="menu"], [role="dialog"]';

/**
 * The context menu of rows and cards: right click, Shift+F10, the menu key, a long press.
 * Spread the handlers on what holds them; each is found by its `data-task`. `find` says what the
 * menu is about: the one under the pointer, or the whole selection when it is part of it.
 */
export function useTaskMenu(find: (id: number) => TaskRow[] | null) {
  const latest = useRef(find);
  useEffect(() => {
    latest.current = find;
  });
  const hold = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  return useMemo(() => {
    const under = (target: EventTarget | null) => (target instanceof Element && !target.closest(OWN) ? target.closest<HTMLElement>('[data-task]') : null);
    const open = (el: HTMLElement, x: number, y: number) => {
      const tasks = latest.current(Number(el.dataset.task));
      if (tasks) openTaskMenu(tasks, x || y ? { x, y } : el);
      return tasks !== null;
    };
    const drop = () => {
      if (hold.current) clearTimeout(hold.current.timer);
      hold.current = null;
    };
    return {
      onContextMenu(event: MouseEvent) {
        const el = under(event.target);
        drop();
        // With Shift the browser's own menu stays at hand.
        if (!el || (event.shiftKey && event.button === 2)) return;
        // By keyboard the pointer is nowhere: the menu stands at the row.
        const keyboard = event.button !== 2 && !event.ctrlKey;
        const box = el.getBoundingClientRect();
        if (open(el, keyboard ? box.left + 80 : event.clientX, keyboard ? box.bottom : event.clientY)) event.preventDefault();
      },
      onPointerDown(event: PointerEvent) {
        drop();
        if (event.pointerType !== 'touch') return;
        const el = under(event.target);
        const { clientX: x, clientY: y } = event;
        if (el) hold.current = { x, y, timer: setTimeout(() => open(el, x, y), HOLD_MS) };
      },
      onPointerMove(event: PointerEvent) {
        if (hold.current && Math.hypot(event.clientX - hold.current.x, event.clientY - hold.current.y) > 8) drop();
      },
      onPointerUp: drop,
      onPointerCancel: drop,
    };
  }, []);
}
