import { autoScrollForElements } from '@atlaskit/pragmatic-drag-and-drop-auto-scroll/element';
import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import type { BaseEventPayload, DragLocationHistory, ElementDragType } from '@atlaskit/pragmatic-drag-and-drop/types';
import { type RefObject, useEffect, useRef } from 'react';

/** Drag and drop of tasks: what is dragged is always a task, by its id. Only for lazily loaded screens. */
interface Dragged {
  id: number;
  height: number;
  /** Which of its pictures, where a screen shows several of one task. */
  kind: string;
}
const dragged = (data: Record<string, unknown>): Dragged | null => (typeof data.task === 'number' ? { id: data.task, height: Number(data.height), kind: String(data.kind) } : null);
interface Point {
  x: number;
  y: number;
}

/** Makes an element a task that can be dragged; its picture under the pointer is a copy of itself. */
export function useDraggableTask(ref: RefObject<HTMLElement | null>, id: number, allowed: boolean, kind = ''): void {
  useEffect(() => {
    const element = ref.current;
    if (!element || !allowed) return;
    return draggable({
      element,
      getInitialData: () => ({ task: id, kind, height: element.getBoundingClientRect().height }),
      onGenerateDragPreview({ nativeSetDragImage, location }) {
        const box = element.getBoundingClientRect();
        const { clientX, clientY } = location.current.input;
        setCustomNativeDragPreview({
          nativeSetDragImage,
          getOffset: () => ({ x: Math.min(box.width, Math.max(0, clientX - box.x)) + 12, y: Math.min(box.height, Math.max(0, clientY - box.y)) + 12 }),
          render({ container }) {
            const copy = element.cloneNode(true) as HTMLElement;
            copy.classList.add('drag-copy');
            copy.style.cssText = `position: static; transform: none; width: ${box.width}px; height: ${box.height}px;`;
            // Room for the shadow, which would be cut at the edge.
            container.style.padding = '12px';
            container.append(copy);
          },
        });
      },
    });
  }, [ref, id, allowed, kind]);
}

/** A place to drop on, named by `name`. */
export function useDropPlace(ref: RefObject<HTMLElement | null>, name: string, accepts?: (id: number) => boolean): void {
  const latest = useRef(accepts);
  useEffect(() => {
    latest.current = accepts;
  });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    return dropTargetForElements({
      element,
      getData: () => ({ place: name }),
      canDrop: ({ source }) => {
        const task = dragged(source.data);
        return task !== null && (latest.current?.(task.id) ?? true);
      },
    });
  }, [ref, name]);
}

/** Scrolls while a task is held near its edge. */
export function useDragScroll(ref: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = ref.current;
    if (element) return autoScrollForElements({ element });
  }, [ref]);
}

export interface DragWatch {
  start(task: Dragged, at: Point): void;
  over(place: string | null, at: Point): void;
  /** `place` is null where it was let go over nothing. */
  end(task: Dragged, place: string | null, at: Point): void;
}
function spot({ current }: DragLocationHistory): [place: string | null, at: Point] {
  const { input, dropTargets } = current;
  return [(dropTargets[0]?.data.place as string | undefined) ?? null, { x: input.clientX, y: input.clientY }];
}
/** Hears of every drag of a task on the page. */
export function useDragWatch(watch: DragWatch): void {
  const latest = useRef(watch);
  useEffect(() => {
    latest.current = watch;
  });
  useEffect(() => {
    const over = ({ location }: BaseEventPayload<ElementDragType>) => latest.current.over(...spot(location));
    return monitorForElements({
      canMonitor: ({ source }) => dragged(source.data) !== null,
      onDragStart: ({ source, location }) => latest.current.start(dragged(source.data)!, { x: location.initial.input.clientX, y: location.initial.input.clientY }),
      onDrag: over,
      onDropTargetChange: over,
      onDrop: ({ source, location }) => latest.current.end(dragged(source.data)!, ...spot(location)),
    });
  }, []);
}
