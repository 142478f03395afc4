import { useQuery } from '@tanstack/react-query';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { usePeople } from '../../api/refs';
import { findTasks } from '../../api/taskrefs';
import type { PersonRef, TaskRef } from '../../api/types';
import { useDebounced } from '../../lib/hooks';
import { Avatar } from '../people';
import { StatusIcon } from '../StatusIcon';
import type { BlockCommand } from './blocks';
import type { Suggest } from './plugins';

export type Picked = { person: PersonRef } | { task: TaskRef } | { block: BlockCommand };
interface Item {
  id: string;
  icon: ReactNode;
  label: ReactNode;
  hint?: ReactNode;
  picked: Picked;
}
export interface SuggestHandle {
  key(event: KeyboardEvent): boolean;
}

/** What the word at the caret may become: a person, a task, a kind of block. */
export function SuggestMenu({ now, place, project, blocks, onPick, ref }: { now: Suggest; place: DOMRect; project: number; blocks: BlockCommand[]; onPick(picked: Picked): void; ref: Ref<SuggestHandle> }) {
  const { t } = useTranslation();
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const settled = useDebounced(now.q, 150);
  const people = usePeople(settled, { project, enabled: now.kind === '@' });
  const tasks = useQuery({ queryKey: ['pick-task', settled], queryFn: ({ signal }) => findTasks(settled, signal), enabled: now.kind === '#', staleTime: 10_000, placeholderData: (before) => before });
  const needle = now.q.trim().toLowerCase();

  let items: Item[] = [];
  if (now.kind === '/')
    items = blocks
      .filter((b) => `${t(`editor.block.${b.id}`)} ${b.words}`.toLowerCase().includes(needle))
      .map((block) => ({ id: block.id, icon: block.icon, label: t(`editor.block.${block.id}`), hint: block.hint && <span className="mono">{block.hint}</span>, picked: { block } }));
  if (now.kind === '@')
    items = (people.data ?? [])
      .filter((p) => p.name.toLowerCase().includes(needle))
      .slice(0, 7)
      .map((person) => ({ id: String(person.id), icon: <Avatar person={person} size={18} />, label: person.name, picked: { person } }));
  if (now.kind === '#')
    items = (tasks.data ?? []).slice(0, 7).map((task) => ({
      id: task.key,
      icon: <StatusIcon status={task.status} />,
      label: (
        <>
          <span className="muted">{task.key}</span> {task.title}
        </>
      ),
      picked: { task },
    }));
  const at = Math.min(active, Math.max(0, items.length - 1));
  useEffect(() => setActive(0), [now.kind, now.q]);
  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  useImperativeHandle(ref, () => ({
    key(event) {
      if (event.key === 'Escape') return items.length > 0;
      if (items.length === 0) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        setActive((at + step + items.length) % items.length);
        return true;
      }
      if ((event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        onPick(items[at]!.picked);
        return true;
      }
      return false;
    },
  }));
  useLayoutEffect(() => {
    const el = list.current;
    if (!el) return;
    const below = innerHeight - place.bottom;
    const up = below < Math.min(el.offsetHeight, 260) + 12 && place.top > below;
    el.style.left = `${Math.max(8, Math.min(place.left - 12, innerWidth - el.offsetWidth - 8))}px`;
    el.style.top = up ? `${Math.max(8, place.top - el.offsetHeight - 6)}px` : `${place.bottom + 6}px`;
  });
  if (items.length === 0) return null;
  return createPortal(
    <div ref={list} className="menu suggest" role="listbox" id="editor-suggest" aria-label={t(`editor.suggest_${now.kind === '@' ? 'people' : now.kind === '#' ? 'tasks' : 'blocks'}`)}>
      {items.map((item, i) => (
        <div key={item.id} role="option" aria-selected={i === at} className="option" data-active={i === at} onMouseDown={(e) => e.preventDefault()} onMouseMove={() => setActive(i)} onClick={() => onPick(item.picked)}>
          {item.icon}
          <span className="ellipsis">{item.label}</span>
          {item.hint && <span className="hint">{item.hint}</span>}
        </div>
      ))}
    </div>,
    document.body,
  );
}
