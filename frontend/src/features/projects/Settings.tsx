import { IconArchive, IconArchiveOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type BoardLimits, changeProject, type ProjectFull } from '../../api/overview';
import { type ApiProblem, asProblem } from '../../api/problem';
import { type PersonRef, STATUSES } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useDebounced } from '../../lib/hooks';
import { same } from '../../lib/text';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Field, FieldError, TextField } from '../../ui/Field';
import { Avatar } from '../../ui/people';
import { Picker } from '../../ui/Picker';
import { useProblemText } from '../../ui/states';
import { StatusIcon } from '../../ui/StatusIcon';
import { useAccountPeople } from './queries';

const LIMITED = STATUSES.filter((s) => s !== 'done' && s !== 'closed');

export function Settings({ project }: { project: ProjectFull }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const edit = project.allowed_actions.includes('edit_project');
  const archived = project.archived_at !== null;
  const limits = project.board_limits ?? {};
  const [form, setForm] = useState({ name: project.name, description: project.description, manager: project.manager as PersonRef | null, limits });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const people = useAccountPeople(project.account.id, settled, choosing);
  const body = {
    ...(form.name.trim() !== project.name ? { name: form.name.trim() } : {}),
    ...(form.description !== project.description ? { description: form.description } : {}),
    ...(form.manager?.id !== project.manager?.id ? { manager_id: form.manager?.id ?? null } : {}),
    ...(same(form.limits, limits) ? {} : { board_limits: form.limits }),
  };
  const changed = Object.keys(body).length > 0;
  const send = async (change: Parameters<typeof changeProject>[1], told: string) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const after = await changeProject(project, change);
      client.setQueryData(['projects', 'one', project.id], after);
      void client.invalidateQueries({ queryKey: ['projects'] });
      showToast({ kind: 'done', text: told });
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      if (found.code === 'version-mismatch') void client.invalidateQueries({ queryKey: ['projects', 'one', project.id] });
    } finally {
      setBusy(false);
    }
  };
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (edit && changed && form.name.trim()) void send(body, t('project.saved'));
  };
  const archive = () => {
    setAsking(false);
    void send({ archived: !archived }, t(archived ? 'project.unarchived' : 'project.now_archived', { name: project.name }));
  };
  useCommands(
    edit
      ? [
          { id: 'project.save', title: 'project.cmd_save', group: 'list', keys: 'Mod+Enter', run: () => save() },
          { id: 'project.archive', title: archived ? 'project.cmd_unarchive' : 'project.cmd_archive', titleArgs: { name: project.name }, group: 'list', run: () => (archived ? archive() : setAsking(true)) },
        ]
      : [],
  );
  const limit = (status: (typeof LIMITED)[number], text: string) => {
    const { [status]: _old, ...rest } = form.limits;
    const n = Number(text);
    setForm({ ...form, limits: (text && n > 0 ? { ...rest, [status]: Math.min(999, Math.floor(n)) } : rest) as BoardLimits });
  };
  return (
    <form className="psettings" onSubmit={save}>
      <TextField label={t('project.name')} maxLength={200} disabled={!edit} value={form.name} error={problem?.at('/name')} onChange={(e) => setForm({ ...form, name: e.target.value })} />
      <Field label={t('field.description')} hint={t('project.description_hint')} error={problem?.at('/description')}>
        {(ids) => <textarea {...ids} className="input" rows={5} disabled={!edit} value={form.description} onChange={(e) => setForm({ ...form, description: e.target.value })} />}
      </Field>
      <Field label={t('project.manager')} error={problem?.at('/manager_id')}>
        {(ids) => (
          <Picker<number | null>
            name={t('project.manager')}
            search
            onSearch={setQ}
            loading={people.isFetching || settled !== q}
            opened={choosing}
            onOpened={setChoosing}
            chosen={[form.manager?.id ?? null]}
            options={[...(q ? [] : [{ value: null, label: t('field.nobody') }]), ...(people.data ?? []).map((p) => ({ value: p.id as number | null, label: p.name, icon: <Avatar person={p} size={18} /> }))]}
            onPick={(id) => setForm({ ...form, manager: id === null ? null : (people.data?.find((p) => p.id === id) ?? form.manager) })}
          >
            <button {...ids} type="button" className="input pmanager" disabled={!edit} onClick={() => setChoosing(true)}>
              {form.manager && <Avatar person={form.manager} size={20} />}
              {form.manager?.name ?? <span className="muted">{t('field.nobody')}</span>}
            </button>
          </Picker>
        )}
      </Field>
      <fieldset className="plimits">
        <legend>{t('project.limits')}</legend>
        <p className="small muted">{t('project.limits_text')}</p>
        <div className="plimits-row">
          {LIMITED.map((status) => (
            <label key={status}>
              <span className="row-flex">
                <StatusIcon status={status} size={14} />
                {t(`status.${status}`)}
              </span>
              <input type="number" className="input input-sm" min={1} max={999} inputMode="numeric" disabled={!edit} placeholder={t('project.no_limit')} value={form.limits[status] ?? ''} onChange={(e) => limit(status, e.target.value)} />
            </label>
          ))}
        </div>
        {problem?.at('/board_limits') && <FieldError>{problem.at('/board_limits')}</FieldError>}
      </fieldset>
      {problem && !problem.body.errors?.length && <FieldError>{problem.code === 'version-mismatch' ? t('project.changed_meanwhile') : words(problem)}</FieldError>}
      {edit ? (
        <div className="psettings-foot">
          <Button kind="primary" type="submit" command="project.save" keys="Mod+Enter" disabled={!changed || busy || !form.name.trim()}>
            {t('ui.save')}
          </Button>
          {changed && (
            <Button kind="quiet" onClick={() => setForm({ name: project.name, description: project.description, manager: project.manager, limits })}>
              {t('project.drop')}
            </Button>
          )}
          <span className="grow" />
          <Button kind={archived ? 'default' : 'danger'} command="project.archive" disabled={busy} icon={archived ? <IconArchiveOff size={16} stroke={1.5} aria-hidden="true" /> : <IconArchive size={16} stroke={1.5} aria-hidden="true" />} onClick={() => (archived ? archive() : setAsking(true))}>
            {t(archived ? 'project.unarchive' : 'project.archive')}
          </Button>
        </div>
      ) : (
        <p className="second">{t('project.read_only')}</p>
      )}
      {asking && <Confirm title={t('project.archive_title', { name: project.name })} text={t('project.archive_text', { count: project.open_tasks })} verb={t('project.archive')} onClose={() => setAsking(false)} onYes={archive} busy={busy} />}
    </form>
  );
}
