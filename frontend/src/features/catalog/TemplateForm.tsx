import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useProjects, useTags } from '../../api/refs';
import { PRIORITIES, type Priority, type Template, type TemplateInput } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Check, Field, FieldError, TextField } from '../../ui/Field';
import { useProblemText } from '../../ui/states';

export function TemplateForm({ template, onClose, onSaved }: { template: Template | null; onClose(): void; onSaved(): void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const tags = useTags();
  const projects = useProjects();
  const [form, setForm] = useState({
    name: template?.name ?? '',
    title: template?.title ?? '',
    description: template?.description ?? '',
    priority: template?.priority ?? ('medium' as Priority),
    hours: template?.estimated_hours?.toString() ?? '',
    project: template?.project?.id.toString() ?? '',
    tags: template?.tags.map((x) => x.id) ?? [],
    checklist: template?.checklist.join('\n') ?? '',
  });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<typeof form>) => setForm({ ...form, ...patch });
  const ready = form.name.trim() && form.title.trim();
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    const hours = form.hours.trim().replace(',', '.');
    const body: TemplateInput = {
      name: form.name.trim(),
      title: form.title.trim(),
      description: form.description,
      priority: form.priority,
      estimated_hours: hours ? Number(hours) : null,
      project_id: form.project ? Number(form.project) : null,
      tag_ids: form.tags,
      checklist: form.checklist.split('\n').map((line) => line.trim()).filter(Boolean),
    };
    try {
      await (template ? api.templates.change(template.id, template.version, body) : api.templates.create(body));
      onSaved();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const at = (pointer: string) => problem?.at(pointer) ?? null;
  return (
    <Dialog
      title={template ? t('templates.edit') : t('templates.new')}
      onClose={onClose}
      width={640}
      foot={
        <>
          {problem && <FieldError>{words(problem)}</FieldError>}
          <span className="grow" />
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" disabled={!ready || busy} onClick={() => void save()}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <form onSubmit={(e) => void save(e)} className="col-flex" style={{ gap: 12 }}>
        <TextField label={t('field.name')} data-autofocus value={form.name} error={at('/name')} onChange={(e) => set({ name: e.target.value })} />
        <TextField label={t('field.title')} value={form.title} error={at('/title')} onChange={(e) => set({ title: e.target.value })} />
        <Field label={t('field.description')} error={at('/description')}>
          {(ids) => <textarea {...ids} className="input" rows={4} value={form.description} onChange={(e) => set({ description: e.target.value })} />}
        </Field>
        <div className="two">
          <Field label={t('field.priority')}>
            {(ids) => (
              <select {...ids} className="input" value={form.priority} onChange={(e) => set({ priority: e.target.value as Priority })}>
                {PRIORITIES.map((p) => (
                  <option key={p} value={p}>
                    {t(`priority.${p}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('field.project')} error={at('/project_id')}>
            {(ids) => (
              <select {...ids} className="input" value={form.project} onChange={(e) => set({ project: e.target.value })}>
                <option value="">{t('templates.any_project')}</option>
                {projects.data?.map((p) => (
                  <option key={p.id} value={p.id}>
                    {p.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <TextField label={t('field.estimated_hours')} inputMode="decimal" value={form.hours} error={at('/estimated_hours')} onChange={(e) => set({ hours: e.target.value })} />
        <Field label={t('templates.checklist')} hint={t('templates.checklist_hint')} error={at('/checklist')}>
          {(ids) => <textarea {...ids} className="input" rows={4} value={form.checklist} onChange={(e) => set({ checklist: e.target.value })} />}
        </Field>
        <fieldset className="field" style={{ border: 0, padding: 0, margin: 0 }}>
          <legend className="field-label">{t('field.tags')}</legend>
          <div className="tag-checks">
            {tags.data?.map((tag) => (
              <Check key={tag.id} label={tag.name} checked={form.tags.includes(tag.id)} onChange={(e) => set({ tags: e.target.checked ? [...form.tags, tag.id] : form.tags.filter((id) => id !== tag.id) })} />
            ))}
          </div>
        </fieldset>
      </form>
    </Dialog>
  );
}
