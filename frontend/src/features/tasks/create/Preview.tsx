import { IconAlertCircle, IconCalendar, IconClockHour4 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TITLE_MAX } from '../../../api/types';
import { dayDistance, dueWords, hoursWords, timeOf } from '../../../lib/dates';
import { FieldError } from '../../../ui/Field';
import { ProjectMark, Tag } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useDateCtx } from '../../../ui/useDateCtx';
import { instantOf, type Made } from './body';
import type { Note, Parsed } from './parse';
import type { KnownHere } from './useKnown';
import type { Line } from './useLine';

const icon = { size: 15, stroke: 1.5, 'aria-hidden': true } as const;
interface Shown {
  parsed: Parsed;
  made: Made;
  known: KnownHere;
}

/** The task as it will be saved, and where the rest comes from. */
export function Preview({ parsed, made, known }: Shown) {
  const { t } = useTranslation();
  const { body, from } = made;
  const project = known.projects.find((p) => p.id === body.project_id);
  const owner = known.people.find((p) => p.id === body.owner_id);
  const source = (name: keyof Made['from']) => t(`quick.from_${from[name] ?? 'default'}`);
  const defaults = [
    from.project_id !== 'line' && (project ? `${t('field.project')}: ${project.name}, ${source('project_id')}` : `${t('field.project')}: ${t(body.parent_id ? 'quick.project_of_parent' : 'quick.project_by_default')}`),
    from.status && `${t('field.status')}: ${t(`status.${body.status ?? 'new'}`)}, ${source('status')}`,
    from.priority !== 'line' && `${t('field.priority')}: ${t(`priority.${body.priority ?? 'medium'}`)}, ${source('priority')}`,
    from.owner_id && from.owner_id !== 'line' && owner && `${t('field.owner')}: ${owner.name}, ${source('owner_id')}`,
    from.due_date && from.due_date !== 'line' && `${t('field.due_date')}: ${source('due_date')}`,
    body.description && `${t('field.description')}: ${t('quick.from_template')}`,
  ].filter((x) => typeof x === 'string' && x);
  return (
    <>
      <h2>{t('quick.result')}</h2>
      <div className="qa-title">
        {project && <ProjectMark project={project} />}
        <StatusIcon status={body.status ?? 'new'} />
        {parsed.title ? <span>{parsed.title}</span> : <span className="muted">{t('quick.no_title')}</span>}
      </div>
      <Facts parsed={parsed} made={made} known={known} />
      <p className="qa-from">{defaults.join(' · ')}</p>
    </>
  );
}

/** Below a field that stands in its place already: only what the line says, in a row. */
export function Said({ id, text, parsed, made, line }: { id: string; text: string; parsed: Parsed; made: Made; line: Line }) {
  const { t } = useTranslation();
  const { known, mark } = line;
  const project = made.from.project_id === 'line' && known.projects.find((p) => p.id === made.body.project_id);
  return (
    <div className="qa-said" id={id}>
      <Facts parsed={parsed} made={made} known={known} said>
        {project && <Fact icon={<ProjectMark project={project} />}>{project.name}</Fact>}
      </Facts>
      {parsed.tokens.length > 0 && !parsed.title && <p className="muted">{t('quick.no_title')}</p>}
      <Notes text={text} parsed={parsed} overruled={made.overruled} typing={mark} />
    </div>
  );
}

/** Values one beside the other; with `said` those of the line alone. */
function Facts({ parsed, made, known, said, children }: Shown & { said?: boolean; children?: ReactNode }) {
  const { t } = useTranslation();
  const { body, from } = made;
  const mine = (name: keyof Made['from']) => !said || from[name] === 'line';
  const helpers = said ? body.collaborator_ids?.filter((id) => id === parsed.owner || parsed.collaborators.includes(id)) : body.collaborator_ids;
  const people = [...(mine('owner_id') ? [body.owner_id] : []), ...(helpers ?? [])].map((id) => known.people.find((p) => p.id === id)).filter((p) => p !== undefined);
  const ids = said ? parsed.tags : (body.tag_ids ?? []);
  return (
    <div className="qa-facts">
      {from.priority === 'line' && <Fact icon={<PriorityIcon priority={body.priority!} />}>{t(`priority.${body.priority!}`)}</Fact>}
      {people.map((p) => (
        <Fact key={p.id} icon={<Avatar person={p} size={18} />}>
          {p.name}
        </Fact>
      ))}
      {body.due_date && mine('due_date') && (
        <Fact icon={<IconCalendar {...icon} />}>
          <DueText due={body.due_date} />
        </Fact>
      )}
      {body.estimated_hours != null && mine('estimated_hours') && (
        <Fact icon={<IconClockHour4 {...icon} />}>
          <Hours value={body.estimated_hours} />
        </Fact>
      )}
      {known.tags
        .filter((tag) => ids.includes(tag.id))
        .map((tag) => (
          <span key={tag.id} className="qa-fact">
            <Tag tag={tag} />
          </span>
        ))}
      {parsed.parent && from.parent_id === 'line' && <Fact icon={<StatusIcon status={parsed.parent.status} size={14} />}>{`${parsed.parent.key} ${parsed.parent.title}`}</Fact>}
      {children}
    </div>
  );
}
function Fact({ icon: image, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="qa-fact">
      {image}
      <span className="ellipsis">{children}</span>
    </span>
  );
}
function DueText({ due }: { due: string }) {
  const ctx = useDateCtx();
  const at = instantOf(due, ctx.zone);
  const time = timeOf(at, ctx.zone);
  const words = dueWords(at, ctx);
  return <>{time && Math.abs(dayDistance(at, ctx)) > 1 ? `${words}, ${time}` : words}</>;
}
function Hours({ value }: { value: number }) {
  const { t, i18n } = useTranslation();
  return <>{t('ui.hours', { value: hoursWords(value, i18n.language) })}</>;
}

/** What was not understood, what the place decides itself, and why there is no task yet. The mark under the caret (`typing`) is not finished. */
export function Notes({ text, parsed, overruled, typing }: { text: string; parsed: Parsed; overruled: Made['overruled']; typing?: Pick<Note, 'from'> | null }) {
  const { t } = useTranslation();
  const lines = [
    ...parsed.notes.filter((note) => note.from !== typing?.from).map((note) => ({ at: note.from, text: t(`quick.unknown_${note.kind}`, { text: note.text }) })),
    ...parsed.tokens.filter((token) => overruled.includes(token.kind)).map((token) => ({ at: token.from, text: t('quick.overruled', { text: text.slice(token.from, token.to) }) })),
  ];
  return (
    <>
      {lines.map((line) => (
        <p key={line.at} className="qa-note" role="status">
          <IconAlertCircle size={14} stroke={1.5} aria-hidden="true" />
          {line.text}
        </p>
      ))}
      {parsed.title.length > TITLE_MAX && <FieldError>{t('quick.too_long')}</FieldError>}
    </>
  );
}
