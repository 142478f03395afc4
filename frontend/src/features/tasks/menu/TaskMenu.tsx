import { Popover } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkChange, TaskRow } from '../../../api/types';
import { CATALOGUE, known } from '../../../lib/commands';
import { useStore } from '../../../lib/store';
import { DatePick } from '../../../ui/DateTimeField';
import { Confirm } from '../../../ui/Dialog';
import { Keys } from '../../../ui/marks';
import { useDateCtx } from '../../../ui/useDateCtx';
import { useApply } from '../bulk/useApply';
import { ownerOf } from '../model';
import { PersonPicker, PriorityPicker, ProjectPicker, StatusPicker, TagsPicker } from '../pickers';
import { type TaskItem, useTaskItems } from './items';
import { type MenuAsk, taskMenu } from './store';
import './menu.css';

/** The menu and its pages stand at one place; a choice leads on without moving the eye. */
export default function TaskMenu() {
  const ask = useStore(taskMenu);
  return ask && <Open key={`${ask.tasks[0]!.id}-${ask.place.x}-${ask.place.y}`} ask={ask} />;
}

const all = <V,>(tasks: TaskRow[], read: (task: TaskRow) => V): V | undefined => {
  const first = read(tasks[0]!);
  return tasks.every((task) => read(task) === first) ? first : undefined;
};

function Open({ ask }: { ask: MenuAsk }) {
  const { t } = useTranslation();
  const apply = useApply();
  const { zone } = useDateCtx();
  const { tasks, page, place, from } = ask;
  const one = tasks.length === 1 ? tasks[0]! : undefined;
  const close = () => {
    taskMenu.set((now) => (now === ask ? null : now));
    // The row it came from may have been drawn anew.
    setTimeout(() => {
      if (!document.activeElement || document.activeElement === document.body) (from?.isConnected ? from : document.querySelector<HTMLElement>(`[data-task="${tasks[0]!.id}"]`))?.focus({ preventScroll: true });
    }, 120);
  };
  const drop = { opened: true, onOpened: (opened: boolean) => !opened && close() };
  const set = (change: BulkChange) => apply(tasks, change);
  // A place for the pickers to stand at; what opened them is elsewhere.
  const target = <span role="button" tabIndex={-1} aria-label={t('task.actions')} className="menu-place" style={{ left: place.x, top: place.y, width: Math.max(1, place.width), height: Math.max(1, place.height) }} />;
  switch (page) {
    case 'status':
      return (
        <StatusPicker {...drop} task={one} onPick={(status) => set({ status })}>
          {target}
        </StatusPicker>
      );
    case 'priority':
      return (
        <PriorityPicker {...drop} value={all(tasks, (x) => x.priority)} onPick={(priority) => set({ priority })}>
          {target}
        </PriorityPicker>
      );
    case 'owner':
    case 'supervisor': {
      const read = page === 'owner' ? ownerOf : (x: TaskRow) => x.supervisor;
      const same = all(tasks, (x) => read(x)?.id ?? null) !== undefined;
      return (
        <PersonPicker {...drop} name={t(`field.${page}`)} value={same ? read(tasks[0]!) : UNKNOWN} project={all(tasks, (x) => x.project.id)} onPick={(id) => set(page === 'owner' ? { owner_id: id } : { supervisor_id: id })}>
          {target}
        </PersonPicker>
      );
    }
    case 'due':
      return (
        <DatePick {...drop} name={t('field.due_date')} value={all(tasks, (x) => x.due_date) ?? null} zone={zone} onChange={(due_date) => set({ due_date })}>
          {target}
        </DatePick>
      );
    case 'tags':
      return (
        <TagsPicker {...drop} value={tasks[0]!.tags.filter((tag) => tasks.every((x) => x.tags.some((y) => y.id === tag.id)))} onPick={(ids, tag) => set(ids.includes(tag) ? { add_tag_ids: [tag] } : { remove_tag_ids: [tag] })}>
          {target}
        </TagsPicker>
      );
    case 'project':
      return (
        <ProjectPicker {...drop} value={all(tasks, (x) => x.project.id) ?? null} onPick={(project_id) => set({ project_id })}>
          {target}
        </ProjectPicker>
      );
    case 'delete':
      return (
        <Confirm
          title={t('bulk.delete_title', { count: tasks.length })}
          text={t('bulk.delete_text')}
          verb={t('task.delete')}
          onClose={close}
          onYes={() => {
            close();
            set({ deleted: true });
          }}
        />
      );
    default:
      return (
        <Popover withRoles={false} opened onChange={drop.onOpened} position="bottom-start" offset={2} trapFocus returnFocus withinPortal transitionProps={{ duration: 80 }} classNames={{ dropdown: 'menu' }}>
          <Popover.Target>{target}</Popover.Target>
          <Popover.Dropdown>
            <Menu ask={ask} onClose={close} />
          </Popover.Dropdown>
        </Popover>
      );
  }
}
/** Many people, so nobody is ticked. */
const UNKNOWN = { id: -1, name: '', avatar_color: '' };

function Menu({ ask, onClose }: { ask: MenuAsk; onClose(): void }) {
  const { t } = useTranslation();
  const items = useTaskItems()(ask.tasks);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, []);
  const run = (item: TaskItem) => {
    if (item.page) return taskMenu.set({ ...ask, page: item.page });
    onClose();
    item.run?.();
  };
  const onKey = (event: KeyboardEvent) => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + rows.length, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      rows[to % rows.length]?.focus();
    } else if (event.key === 'ArrowRight' && items[at]?.page) {
      event.preventDefault();
      run(items[at]);
    } else if (event.key === 'Tab') {
      event.preventDefault();
      onClose();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      // The keys printed beside the items work here too.
      const chord = (event.shiftKey ? 'Shift+' : '') + event.code;
      const item = items.find((x) => known(x.id)?.keys === chord && chord !== 'Enter');
      if (!item) return;
      event.preventDefault();
      event.stopPropagation();
      run(item);
    }
  };
  return (
    <div ref={box} role="menu" aria-label={ask.tasks.length === 1 ? t('cmd.menu_of_one', { key: ask.tasks[0]!.key }) : t('cmd.menu_of_many', { count: ask.tasks.length })} className="taskmenu" onKeyDown={onKey}>
      <div className="taskmenu-head" role="presentation">
        {ask.tasks.length === 1 ? ask.tasks[0]!.key : t('bulk.selected', { count: ask.tasks.length })}
      </div>
      {items.map((item) => (
        <button key={item.id} type="button" role="menuitem" tabIndex={-1} className={`option ${item.apart ? 'apart' : ''} ${item.danger ? 'danger' : ''}`} onMouseMove={(e) => e.currentTarget.focus({ preventScroll: true })} onClick={() => run(item)}>
          {item.icon}
          <span className="ellipsis">{t(CATALOGUE[item.id].title)}</span>
          <span className="hint">
            {known(item.id)?.keys && <Keys keys={known(item.id)!.keys!} />}
            {item.page && <IconChevronRight size={14} stroke={1.5} aria-hidden="true" />}
          </span>
        </button>
      ))}
    </div>
  );
}
