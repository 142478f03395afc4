import { IconChevronDown, IconChevronRight, IconPlus, IconSubtask } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type DragEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../../api/client';
import { asProblem } from '../../../api/problem';
import type { Task, TaskRow } from '../../../api/types';
import { showToast } from '../../../lib/toasts';
import { Button, IconButton } from '../../../ui/Button';
import { People } from '../../../ui/people';
import { useProblemText } from '../../../ui/states';
import { StatusIcon } from '../../../ui/StatusIcon';
import { Due } from '../../../ui/Time';
import { useTaskActions } from '../actions';
import { inTurn } from '../change';
import { LineInput } from '../create/LineInput';
import { Said } from '../create/Preview';
import { useAddLine } from '../create/useAddLine';
import { can, peopleOf } from '../model';
import { StatusPicker } from '../pickers';
import { keys, refreshLists, type TaskPages, useChildren } from '../queries';

const isOver = (row: Pick<TaskRow, 'status'>) => row.status === 'done' || row.status === 'closed';

export function SubTasks({ task, adding, onAdding }: { task: Task; adding: boolean; onAdding(on: boolean): void }) {
  const { t } = useTranslation();
  const found = useChildren(task.children.total > 0 || adding ? task.id : undefined);
  const rows = found.data?.pages.flatMap((p) => p.items) ?? [];
  const [folded, setFolded] = useState(false);
  if (task.children.total === 0 && rows.length === 0 && !adding) return null;
  const done = rows.length > 0 ? rows.filter(isOver).length : task.children.done;
  const total = Math.max(rows.length, task.children.total);
  return (
    <section aria-label={t('task.children')}>
      <div className="section-head">
        <button type="button" className="section-fold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          <IconSubtask size={16} stroke={1.5} aria-hidden="true" />
          {t('task.children')}
          <span className="muted small">
            {done}/{total}
          </span>
          {total > 0 && (
            <span className="progress" aria-hidden="true">
              <i style={{ width: `${(100 * done) / total}%` }} />
            </span>
          )}
          {folded ? <IconChevronRight size={14} stroke={1.5} aria-hidden="true" /> : <IconChevronDown size={14} stroke={1.5} aria-hidden="true" />}
        </button>
        <span className="grow" />
        {can(task, 'edit') && <IconButton name={t('task.add_child')} icon={<IconPlus size={16} stroke={1.5} />} onClick={() => onAdding(!adding)} />}
      </div>
      {!folded && <Branch parent={task.id} rows={rows} depth={0} />}
      {adding && <AddChild parent={task} onClose={() => onAdding(false)} />}
    </section>
  );
}

/** The children of one task in their order; each unfolds its own. */
function Branch({ parent, rows, depth }: { parent: number; rows: TaskRow[]; depth: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const [dragged, setDragged] = useState<number | null>(null);
  const [drop, setDrop] = useState<{ id: number; side: 'before' | 'after' } | null>(null);

  /** Between its new neighbours: at once here, then on the server. */
  const move = (id: number, to: number) => {
    const row = rows.find((r) => r.id === id);
    if (!row || !can(row, 'edit')) return;
    const rest = rows.filter((r) => r.id !== id);
    const at = Math.max(0, Math.min(rest.length, to));
    const next = [...rest.slice(0, at), row, ...rest.slice(at)];
    if (next.every((r, i) => r.id === rows[i]!.id)) return;
    for (const [key, data] of client.getQueriesData<TaskPages>({ queryKey: keys.lists })) {
      if ((key[1] as { parent?: number }).parent !== parent || !data?.pages) continue;
      client.setQueryData<TaskPages>(key, { ...data, pages: data.pages.map((page, i) => ({ ...page, items: i === 0 ? next : [] })) });
    }
    const body = { after_id: rest[at - 1]?.id ?? null, before_id: rest[at]?.id ?? null };
    inTurn(id, () => post<TaskRow>(`/tasks/${id}/rank`, body))
      .catch((error: unknown) => showToast({ kind: 'error', text: t('toast.not_saved', { key: row.key }), detail: words(error), requestId: asProblem(error).requestId }))
      .finally(() => refreshLists(client, 50));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    if (dragged === null || !drop) return;
    const rest = rows.filter((r) => r.id !== dragged);
    const at = rest.findIndex((r) => r.id === drop.id);
    move(dragged, drop.side === 'before' ? at : at + 1);
    setDragged(null);
    setDrop(null);
  };
  return (
    <ul className="branch" role={depth === 0 ? 'tree' : 'group'} aria-label={depth === 0 ? t('task.children') : undefined}>
      {rows.map((row, i) => (
        <Child
          key={row.id}
          row={row}
          depth={depth}
          dragged={dragged === row.id}
          drop={drop?.id === row.id ? drop.side : undefined}
          onGrab={setDragged}
          onOver={(event) => {
            if (dragged === null || dragged === row.id) return;
            event.preventDefault();
            const box = event.currentTarget.getBoundingClientRect();
            const side = event.clientY < box.top + box.height / 2 ? 'before' : 'after';
            if (drop?.id !== row.id || drop.side !== side) setDrop({ id: row.id, side });
          }}
          onDrop={onDrop}
          onMove={(by) => move(row.id, i + by)}
        />
      ))}
    </ul>
  );
}

interface ChildProps {
  row: TaskRow;
  depth: number;
  dragged: boolean;
  drop?: 'before' | 'after';
  onGrab(id: number | null): void;
  onOver(event: DragEvent): void;
  onDrop(event: DragEvent): void;
  onMove(by: number): void;
}

function Child({ row, depth, dragged, drop, onGrab, onOver, onDrop, onMove }: ChildProps) {
  const { t } = useTranslation();
  const actions = useTaskActions();
  const [menu, setMenu] = useState(false);
  const [open, setOpen] = useState(false);
  const [adding, setAdding] = useState(false);
  const inner = useChildren(open ? row.id : undefined);
  const rows = inner.data?.pages.flatMap((p) => p.items) ?? [];
  const many = row.children.total > 0;
  const link = useRef<HTMLAnchorElement>(null);
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      onMove(event.key === 'ArrowUp' ? -1 : 1);
      requestAnimationFrame(() => link.current?.focus());
    } else if (event.key === 'ArrowRight' && many && !open) setOpen(true);
    else if (event.key === 'ArrowLeft' && open) setOpen(false);
  };
  return (
    <li role="treeitem" aria-expanded={many ? open : undefined} aria-level={depth + 1} aria-selected={false}>
      <div
        className={`sub ${isOver(row) ? 'done' : ''}`}
        data-drop={drop} data-dragged={dragged || undefined}
        draggable={can(row, 'edit')}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', row.key);
          onGrab(row.id);
        }}
        onDragEnd={() => onGrab(null)}
        onDragOver={onOver}
        onDrop={onDrop}
        onKeyDown={onKey}
      >
        {many ? (
          <IconButton className="sub-fold" name={t(open ? 'subtask.fold' : 'subtask.unfold', { key: row.key })} aria-expanded={open} icon={open ? <IconChevronDown size={14} stroke={1.5} /> : <IconChevronRight size={14} stroke={1.5} />} onClick={() => setOpen(!open)} />
        ) : null}
        <StatusPicker task={row} opened={menu} onOpened={setMenu} onPick={(s) => void actions.status(row, s)}>
          <button type="button" className="btn btn-quiet btn-icon" disabled={!can(row, 'change_status')} aria-label={t('list.status_of', { key: row.key, value: t(`status.${row.status}`) })} onClick={() => setMenu(true)}>
            <StatusIcon status={row.status} />
          </button>
        </StatusPicker>
        <Link ref={link} to="/tasks/$key" params={{ key: row.key }} className="ellipsis grow" draggable={false} title={`${row.key} ${row.title}`} aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown">
          {row.title}
        </Link>
        {many && (
          <span className="small muted nowrap">
            {row.children.done}/{row.children.total}
          </span>
        )}
        {can(row, 'edit') && (
          <IconButton
            className="sub-tool"
            name={t('subtask.add_to', { key: row.key })}
            icon={<IconPlus size={14} stroke={1.5} />}
            onClick={() => {
              setOpen(true);
              setAdding(!adding);
            }}
          />
        )}
        {row.due_date && (
          <span className="small second">
            <Due at={row.due_date} overdue={row.overdue} />
          </span>
        )}
        <People people={peopleOf(row)} max={2} />
      </div>
      {open && (
        <div className="sub-inner">
          {rows.length > 0 && <Branch parent={row.id} rows={rows} depth={depth + 1} />}
          {adding && <AddChild parent={row} onClose={() => setAdding(false)} />}
        </div>
      )}
    </li>
  );
}

function AddChild({ parent, onClose }: { parent: TaskRow; onClose(): void }) {
  const { t } = useTranslation();
  const said = useId();
  const { id, key, title, status, project } = parent;
  // Whose sub-task it is and where it lives is said by the place: a line changes neither.
  const fixed = { parent: { id, key, title, status }, project_id: project.id };
  const add = useAddLine({ place: { values: {}, fixed, from: 'parent' }, usual: null, inTurn: (work) => inTurn(id, work), onMade: () => undefined });
  const field = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    add.send();
    field.current?.focus();
  };
  return (
    <form
      className="sub-add"
      onSubmit={(e) => {
        e.preventDefault();
        send();
      }}
    >
      <div className="grow">
        <div className="input input-sm">
          <LineInput
            ref={field}
            small
            autoFocus
            text={add.text}
            onText={add.setText}
            line={add.line}
            tokens={add.parsed.tokens}
            aria-label={t('task.child_title')}
            aria-describedby={said}
            placeholder={t('task.child_title')}
            onKeyDown={(e) => {
              if (e.key === 'Enter') {
                e.preventDefault();
                send();
              }
              if (e.key === 'Escape') {
                e.stopPropagation();
                onClose();
              }
            }}
          />
        </div>
        <Said id={said} text={add.text} parsed={add.parsed} made={add.made} line={add.line} />
      </div>
      <Button kind="primary" type="submit" disabled={!add.ready}>
        {t('ui.add')}
      </Button>
    </form>
  );
}
