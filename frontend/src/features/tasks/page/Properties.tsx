import { IconCalendar } from '@tabler/icons-react';
import { type CSSProperties, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import type { Task, TaskInput } from '../../../api/types';
import { hoursWords } from '../../../lib/dates';
import { DatePick } from '../../../ui/DateTimeField';
import { Check } from '../../../ui/Field';
import { PriorityWord, ProjectMark, StatusWord, Tag } from '../../../ui/marks';
import { Avatar, People } from '../../../ui/people';
import { Ago, Due } from '../../../ui/Time';
import { useDateCtx } from '../../../ui/useDateCtx';
import { useTaskActions } from '../actions';
import { useChangeTask } from '../change';
import { can, collaboratorsOf, ownerOf } from '../model';
import { ParentPicker } from '../ParentPicker';
import type { FieldMarks } from './fieldMarks';
import { PeoplePicker, PersonPicker, PriorityPicker, ProjectPicker, StatusPicker, TagsPicker } from '../pickers';

export type PropName = 'status' | 'priority' | 'owner' | 'collaborators' | 'supervisor' | 'due_date' | 'planned_start' | 'planned_end' | 'check_date' | 'estimated_hours' | 'actual_hours' | 'tags' | 'project' | 'parent' | null;

const LEAD = new Set<PropName>(['status', 'priority', 'owner', 'due_date', 'tags']);

/** Every field, its editor in its place. What may be done is the server's word. */
export function Properties({ task, open, onOpen, chips, marks = {} }: { task: Task; open: PropName; onOpen(name: PropName): void; chips?: boolean; marks?: FieldMarks }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const change = useChangeTask();
  const actions = useTaskActions();
  const [unfolded, setUnfolded] = useState(false);
  // A command may ask for a field that is folded away.
  const all = unfolded || (open !== null && !LEAD.has(open));
  const edit = can(task, 'edit');
  const assign = can(task, 'assign');
  const send = (input: TaskInput) => void change(task, input).catch(() => undefined);
  const drop = (name: PropName) => ({ opened: open === name, onOpened: (o: boolean) => onOpen(o ? name : null) });
  /** Somebody else has just changed it: the margin in their colour. */
  const live = (field: string) => {
    const color = marks[field] ?? (field === 'owner' || field === 'collaborators' ? marks.assignees : undefined);
    return color ? { 'data-live': true, style: { '--mark': color } as CSSProperties } : {};
  };
  // Where there is no room for a column the main fields are chips; the rest unfolds.
  const chip = (name: Exclude<PropName, null>, field: string, value: ReactNode, may = edit) => (
    <button type="button" className={`prop-chip ${value ? '' : 'bare'}`} {...live(field)} disabled={!may} aria-haspopup="dialog" onClick={() => onOpen(name)}>
      <span className="sr">{t(`field.${field}`)}: </span>
      {value ?? t(`field.${field}`)}
    </button>
  );
  const row = (name: Exclude<PropName, null>, field: string, value: ReactNode, may = edit) => (
    <button type="button" className="prop" {...live(field)} disabled={!may} aria-haspopup="dialog" onClick={() => onOpen(name)}>
      <span className="prop-label">{t(`field.${field}`)}</span>
      <span className="prop-value">{value ?? <span className="prop-empty">{may ? t('ui.add') : '—'}</span>}</span>
    </button>
  );
  const lead = chips ? chip : row;
  const date = (name: 'due_date' | 'planned_start' | 'planned_end' | 'check_date') => (
    <DatePick key={name} name={t(`field.${name}`)} value={task[name]} zone={ctx.zone} {...drop(name)} onChange={(v) => send({ [name]: v })}>
      {(name === 'due_date' ? lead : row)(name, name, task[name] ? chips && name === 'due_date' ? <><IconCalendar size={16} stroke={1.5} aria-hidden="true" /><Due at={task[name]} overdue={task.overdue} /></> : <Due at={task[name]} overdue={name === 'due_date' && task.overdue} /> : null)}
    </DatePick>
  );
  const owner = ownerOf(task);
  const others = collaboratorsOf(task);
  const main = (
    <>
      <StatusPicker task={task} {...drop('status')} onPick={(status) => void actions.status(task, status)}>
        {lead('status', 'status', <StatusWord status={task.status} />, can(task, 'change_status'))}
      </StatusPicker>
      <PriorityPicker value={task.priority} {...drop('priority')} onPick={(priority) => send({ priority })}>
        {lead('priority', 'priority', <PriorityWord priority={task.priority} />)}
      </PriorityPicker>
      <PersonPicker name={t('field.owner')} value={owner} project={task.project.id} {...drop('owner')} onPick={(owner_id) => send({ owner_id })}>
        {lead('owner', 'owner', owner && <><Avatar person={owner} />{owner.name}</>, assign)}
      </PersonPicker>
      {date('due_date')}
    </>
  );
  const labels = (
    <TagsPicker value={task.tags} {...drop('tags')} onPick={(tag_ids) => send({ tag_ids })}>
      {lead('tags', 'tags', task.tags.length > 0 ? task.tags.map((tag) => <Tag key={tag.id} tag={tag} />) : null)}
    </TagsPicker>
  );
  const rest = (
    <>
      <PeoplePicker name={t('field.collaborators')} value={others} project={task.project.id} {...drop('collaborators')} onPick={(ids) => void actions.collaborators(task, ids)}>
        {row('collaborators', 'collaborators', others.length > 0 ? others.length === 1 ? <><Avatar person={others[0]!} />{others[0]!.name}</> : <People people={others} max={6} /> : null, assign)}
      </PeoplePicker>
      <PersonPicker name={t('field.supervisor')} value={task.supervisor} {...drop('supervisor')} onPick={(supervisor_id) => send({ supervisor_id })}>
        {row('supervisor', 'supervisor', task.supervisor && <><Avatar person={task.supervisor} />{task.supervisor.name}</>)}
      </PersonPicker>
      {!chips && labels}
      <hr />
      {date('planned_start')}
      {date('planned_end')}
      {date('check_date')}
      <NumberRow label={t('field.estimated_hours')} value={task.estimated_hours} may={edit} live={live('estimated_hours')} editing={open === 'estimated_hours'} onEditing={(on) => onOpen(on ? 'estimated_hours' : null)} onSave={(v) => send({ estimated_hours: v })} />
      <NumberRow label={t('field.actual_hours')} value={task.actual_hours} may={edit} live={live('actual_hours')} editing={open === 'actual_hours'} onEditing={(on) => onOpen(on ? 'actual_hours' : null)} onSave={(v) => send({ actual_hours: v })} />
      <hr />
      <ProjectPicker value={task.project.id} {...drop('project')} onPick={(project_id) => send({ project_id })}>
        {row('project', 'project', <span className="row-flex" style={{ gap: 6, minWidth: 0 }} title={task.project.name}><ProjectMark project={task.project} /><span className="ellipsis">{task.project.name}</span></span>, can(task, 'move'))}
      </ProjectPicker>
      <ParentPicker value={task.parent} self={task.id} {...drop('parent')} onPick={(parent) => send({ parent_id: parent?.id ?? null })}>
        {row('parent', 'parent', task.parent ? <span className="ellipsis" title={task.parent.title}>{task.parent.key} {task.parent.title}</span> : null)}
      </ParentPicker>
      <div className="prop">
        <span className="prop-label">{t('field.client_visible')}</span>
        <span className="prop-value">
          <Check hideLabel label={t('field.client_visible')} disabled={!edit} checked={task.client_visible} onChange={(e) => send({ client_visible: e.target.checked })} />
        </span>
      </div>
      <hr />
      <Fact label={t('field.created_by')}>
        <Avatar person={task.created_by} />
        {task.created_by.name}
      </Fact>
      <Fact label={t('field.created_at')}>
        <Ago at={task.created_at} />
      </Fact>
      <Fact label={t('field.updated_at')}>
        <Ago at={task.updated_at} />
      </Fact>
      {task.started_at && <Fact label={t('field.started_at')}><Ago at={task.started_at} /></Fact>}
      {task.completed_at && <Fact label={t('field.completed_at')}><Ago at={task.completed_at} /></Fact>}
      {task.closed_at && <Fact label={t('field.closed_at')}><Ago at={task.closed_at} /></Fact>}
      <Metadata value={task.metadata} />
    </>
  );
  return (
    <aside className="task-side" aria-label={t('task.fields')}>
      {chips ? (
        <>
          <div className="side-chips">
            {main}
            {labels}
            <button type="button" className="prop-chip bare" aria-expanded={all} onClick={() => setUnfolded(!all)}>
              {t(all ? 'task.fewer_fields' : 'task.all_fields')}
            </button>
          </div>
          {all && rest}
        </>
      ) : (
        <>
          {main}
          {rest}
        </>
      )}
      {task.parent && !chips && (
        <Link to="/tasks/$key" params={{ key: task.parent.key }} className="sr">
          {task.parent.key}
        </Link>
      )}
    </aside>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="prop">
      <span className="prop-label">{label}</span>
      <span className="prop-value second">{children}</span>
    </div>
  );
}

function NumberRow({ label, value, may, live, editing, onEditing, onSave }: { label: string; value: number | null; may: boolean; live: object; editing: boolean; onEditing(on: boolean): void; onSave(v: number | null): void }) {
  const { t, i18n } = useTranslation();
  if (editing && may)
    return (
      <div className="prop">
        <span className="prop-label">{label}</span>
        <NumberInput
          label={label}
          value={value}
          onDone={(next) => {
            onEditing(false);
            if (next !== value) onSave(next);
          }}
        />
      </div>
    );
  return (
    <button type="button" className="prop" {...live} disabled={!may} onClick={() => onEditing(true)}>
      <span className="prop-label">{label}</span>
      <span className="prop-value">{value === null ? <span className="prop-empty">{may ? t('ui.add') : '—'}</span> : t('ui.hours', { value: hoursWords(value, i18n.language) })}</span>
    </button>
  );
}

function NumberInput({ label, value, onDone }: { label: string; value: number | null; onDone(value: number | null): void }) {
  const [text, setText] = useState(value === null ? '' : String(value));
  const save = () => {
    const clean = text.trim().replace(',', '.');
    const number = Number(clean);
    onDone(clean === '' ? null : Number.isFinite(number) && number >= 0 ? number : value);
  };
  return (
    <input
      className="input"
      inputMode="decimal"
      autoFocus
      aria-label={label}
      value={text}
      onFocus={(e) => e.target.select()}
      onChange={(e) => setText(e.target.value)}
      onBlur={save}
      onKeyDown={(e) => {
        if (e.key === 'Enter') save();
        if (e.key === 'Escape') {
          e.stopPropagation();
          onDone(value);
        }
      }}
    />
  );
}

function Metadata({ value }: { value: Record<string, unknown> }) {
  const { t } = useTranslation();
  const entries = Object.entries(value ?? {});
  if (entries.length === 0) return null;
  return (
    <details>
      <summary className="prop prop-label" style={{ cursor: 'pointer', display: 'flex' }}>
        {t('field.metadata')} · {entries.length}
      </summary>
      <dl className="meta-list">
        {entries.map(([name, item]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={typeof item === 'object' ? 'mono' : undefined}>{typeof item === 'object' ? JSON.stringify(item) : String(item)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
