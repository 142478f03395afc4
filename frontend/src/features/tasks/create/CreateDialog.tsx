import { IconCalendar, IconSubtask, IconTag, IconTemplate, IconUserPlus, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { type ApiProblem, asProblem } from '../../../api/problem';
import { useMe, usePeople, useProjects, useTags, useTemplates } from '../../../api/refs';
import { type NewTask, type Template, TITLE_MAX } from '../../../api/types';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { dueWords } from '../../../lib/dates';
import { Button } from '../../../ui/Button';
import { DatePick } from '../../../ui/DateTimeField';
import { Dialog } from '../../../ui/Dialog';
import { FieldError } from '../../../ui/Field';
import { Kbd, ProjectMark, Tag } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { Picker } from '../../../ui/Picker';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { useProblemText } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { ParentPicker } from '../ParentPicker';
import { PersonPicker, PriorityPicker, ProjectPicker, TagsPicker } from '../pickers';
import { keptCreate } from '../offline';
import { refreshLists } from '../queries';
import { createOpen, type Draft, draft as draftStore, dropForm, withTemplate } from './store';
import './create.css';

type Open = 'project' | 'priority' | 'owner' | 'due' | 'tags' | 'parent' | 'template' | null;

/** A new task from anywhere. Only the title is needed; nothing typed is lost on a failure. */
export default function CreateDialog() {
  const { t } = useTranslation();
  const draft = useStore(draftStore);
  const set = (patch: Partial<Draft>) => draftStore.set((now) => ({ ...now, ...patch }));
  const client = useQueryClient();
  const navigate = useNavigate();
  const words = useProblemText();
  const me = useMe();
  const ctx = useDateCtx();
  const projects = useProjects();
  const tags = useTags();
  const people = usePeople();
  const [open, setOpen] = useState<Open>(null);
  // Come from the line: the title is there, the text is next.
  const [begun] = useState(draft.title.trim() !== '');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  // One key for one intent: a retry after a lost answer makes no second task.
  const intent = useRef<{ key: string; body: string } | null>(null);

  const toggle = (name: Open) => (opened: boolean) => setOpen(opened ? name : null);
  const kept = useStore(lastProject);
  const project = projects.data?.find((p) => p.id === (draft.project_id ?? (draft.parent ? undefined : kept))) ?? null;
  const owner = draft.owner_id === me.id ? me : people.data?.find((p) => p.id === draft.owner_id);
  const chosenTags = (tags.data ?? []).filter((tag) => draft.tag_ids.includes(tag.id));

  const save = async (thenOpen: boolean) => {
    if (busy) return;
    const body: NewTask = { title: draft.title.trim(), priority: draft.priority };
    if (project) body.project_id = project.id;
    if (draft.description.trim()) body.description = draft.description;
    if (draft.owner_id !== null) body.owner_id = draft.owner_id;
    if (draft.due_date) body.due_date = draft.due_date;
    if (draft.tag_ids.length > 0) body.tag_ids = draft.tag_ids;
    if (draft.parent) body.parent_id = draft.parent.id;
    if (draft.estimated_hours != null) body.estimated_hours = draft.estimated_hours;
    if (draft.status) body.status = draft.status;
    if (draft.collaborator_ids?.length) body.collaborator_ids = draft.collaborator_ids;
    const text = JSON.stringify(body);
    if (intent.current?.body !== text) intent.current = { key: crypto.randomUUID(), body: text };
    setBusy(true);
    setProblem(null);
    try {
      const task = await api.tasks.create(body, intent.current.key);
      lastProject.set(task.project.id);
      dropForm();
      refreshLists(client, 0);
      if (draft.parent) void client.invalidateQueries({ queryKey: ['task', draft.parent.key] });
      const go = () => void navigate({ to: '/tasks/$key', params: { key: task.key } });
      if (thenOpen) go();
      else showToast({ kind: 'done', text: t('toast.created', { key: task.key }), action: { label: t('ui.open'), run: go } });
    } catch (error) {
      if (await keptCreate(error, intent.current.key, body)) {
        dropForm();
        showToast({ kind: 'info', text: t('offline.kept') });
        return;
      }
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(false);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save(true);
    }
  };
  const applyTemplate = (template: Template) => draftStore.set((now) => withTemplate(now, template));

  const at = (pointer: string) => problem?.at(pointer) ?? null;
  const pointed = ['/title', '/description', '/project_id', '/priority', '/owner_id', '/due_date', '/tag_ids', '/parent_id'].some((p) => at(p));
  const icon = { size: 15, stroke: 1.5, 'aria-hidden': true } as const;
  const others = [at('/project_id'), at('/priority'), at('/owner_id'), at('/due_date'), at('/tag_ids'), at('/parent_id')].filter((x) => x !== null);

  return (
    <Dialog title={t('create.title')} onClose={() => createOpen.set(false)} width={720} top={132} bare>
      <form className="create" onSubmit={submit} onKeyDown={onKey}>
        <div className="create-main">
          <h2 className="sr">{t('create.title')}</h2>
          <input
            className="create-title"
            autoFocus={!begun}
            data-autofocus={!begun || undefined}
            aria-label={t('field.title')}
            aria-invalid={at('/title') ? true : undefined}
            placeholder={t('create.title_hint')}
            maxLength={TITLE_MAX}
            value={draft.title}
            onChange={(e) => set({ title: e.target.value })}
          />
          {at('/title') && <FieldError>{at('/title')}</FieldError>}
          <textarea
            className="create-text"
            autoFocus={begun}
            data-autofocus={begun || undefined}
            aria-label={t('field.description')}
            placeholder={t('create.description_hint')}
            rows={5}
            value={draft.description}
            onChange={(e) => set({ description: e.target.value })}
          />
          {at('/description') && <FieldError>{at('/description')}</FieldError>}
          <div className="create-chips">
            <ProjectPicker value={project?.id ?? null} opened={open === 'project'} onOpened={toggle('project')} onPick={(project_id) => set({ project_id })}>
              <button type="button" className="pill" title={t('field.project')} onClick={() => setOpen('project')}>
                {project ? <ProjectMark project={project} /> : null}
                {project?.name ?? t('create.default_project')}
              </button>
            </ProjectPicker>
            <PriorityPicker value={draft.priority} opened={open === 'priority'} onOpened={toggle('priority')} onPick={(priority) => set({ priority })}>
              <button type="button" className="pill" title={t('field.priority')} onClick={() => setOpen('priority')}>
                <PriorityIcon priority={draft.priority} />
                {t(`priority.${draft.priority}`)}
              </button>
            </PriorityPicker>
            <PersonPicker name={t('field.owner')} value={owner ?? null} project={project?.id} opened={open === 'owner'} onOpened={toggle('owner')} onPick={(owner_id) => set({ owner_id })}>
              <button type="button" className="pill" title={t('field.owner')} onClick={() => setOpen('owner')}>
                {owner ? <Avatar person={owner} size={18} /> : <IconUserPlus {...icon} />}
                {owner?.name ?? t('field.owner')}
              </button>
            </PersonPicker>
            <DatePick name={t('field.due_date')} value={draft.due_date} zone={ctx.zone} opened={open === 'due'} onOpened={toggle('due')} onChange={(due_date) => set({ due_date })}>
              <button type="button" className="pill" title={t('field.due_date')} onClick={() => setOpen('due')}>
                <IconCalendar {...icon} />
                {draft.due_date ? dueWords(draft.due_date.includes('T') ? draft.due_date : `${draft.due_date}T12:00:00Z`, { ...ctx, zone: draft.due_date.includes('T') ? ctx.zone : 'UTC' }) : t('field.due_date')}
              </button>
            </DatePick>
            <TagsPicker value={chosenTags} opened={open === 'tags'} onOpened={toggle('tags')} onPick={(tag_ids) => set({ tag_ids })}>
              <button type="button" className="pill" title={t('field.tags')} onClick={() => setOpen('tags')}>
                {chosenTags.length > 0 ? chosenTags.map((tag) => <Tag key={tag.id} tag={tag} />) : <><IconTag {...icon} />{t('field.tags')}</>}
              </button>
            </TagsPicker>
            <ParentPicker value={draft.parent} opened={open === 'parent'} onOpened={toggle('parent')} onPick={(parent) => set({ parent })}>
              <button type="button" className="pill" title={t('field.parent')} onClick={() => setOpen('parent')}>
                <IconSubtask {...icon} />
                <span className="ellipsis" style={{ maxWidth: 220 }}>{draft.parent ? `${draft.parent.key} ${draft.parent.title}` : t('field.parent')}</span>
              </button>
            </ParentPicker>
          </div>
          {others.map((text) => (
            <FieldError key={text}>{text}</FieldError>
          ))}
          {problem && !pointed && <FieldError>{words(problem)}</FieldError>}
        </div>
        <div className="dialog-foot">
          <TemplateButton opened={open === 'template'} onOpened={toggle('template')} onPick={applyTemplate} icon={<IconTemplate {...icon} />} />
          {(draft.title || draft.description) && (
            <Button kind="quiet" icon={<IconX {...icon} />} onClick={dropForm}>
              {t('create.drop')}
            </Button>
          )}
          <span className="grow" />
          <Button kind="quiet" disabled={busy || !draft.title.trim()} onClick={() => void save(true)}>
            {t('create.save_open')} <Kbd>{t('keys.ctrl_enter')}</Kbd>
          </Button>
          <Button kind="primary" type="submit" disabled={busy || !draft.title.trim()}>
            {t(busy ? 'ui.saving' : 'create.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function TemplateButton({ opened, onOpened, onPick, icon }: { opened: boolean; onOpened(o: boolean): void; onPick(t: Template): void; icon: React.ReactNode }) {
  const { t } = useTranslation();
  const templates = useTemplates();
  if (!templates.data?.length) return null;
  return (
    <Picker name={t('create.template')} search opened={opened} onOpened={onOpened} chosen={[]} options={templates.data.map((x) => ({ value: x.id, label: x.name }))} onPick={(id) => onPick(templates.data.find((x) => x.id === id)!)}>
      <Button kind="quiet" icon={icon} onClick={() => onOpened(!opened)}>
        {t('create.template')}
      </Button>
    </Picker>
  );
}
