import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useMe } from '../../api/refs';
import type { Project } from '../../api/types';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, FieldError, TextField } from '../../ui/Field';
import { useProblemText } from '../../ui/states';
import { KEY, keyInput, suggestKey } from './key';

export function CreateProject({ onClose, onCreated }: { onClose(): void; onCreated(project: Project): void }) {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const words = useProblemText();
  const [name, setName] = useState('');
  // Follows the name until somebody writes another one.
  const [ownKey, setOwnKey] = useState<string | null>(null);
  const [description, setDescription] = useState('');
  const [account, setAccount] = useState(me.accounts[0]?.id);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const key = ownKey ?? suggestKey(name);
  const ready = name.trim() !== '' && KEY.test(key);
  const save = async (event?: FormEvent) => {
    event?.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const made = await api.projects.create({ key, name: name.trim(), ...(description.trim() ? { description } : {}), ...(me.accounts.length > 1 ? { account_id: account } : {}) } as Parameters<typeof api.projects.create>[0]);
      void client.invalidateQueries({ queryKey: ['projects'] });
      showToast({ kind: 'done', text: t('project.created', { name: made.name }) });
      onCreated(made);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const keyError = problem?.code === 'key-taken' ? t('project.key_taken', { key }) : problem?.at('/key') ? t('project.key_rule') : ownKey && !KEY.test(key) && key.length > 1 ? t('project.key_rule') : null;
  return (
    <Dialog
      title={t('project.new')}
      onClose={onClose}
      width={520}
      foot={
        <>
          <span className="grow" />
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" disabled={!ready || busy} onClick={() => void save()}>
            {t('project.create')}
          </Button>
        </>
      }
    >
      <form onSubmit={(e) => void save(e)} className="col-flex" style={{ gap: 12 }}>
        <div className="pnew">
          <TextField label={t('project.name')} data-autofocus maxLength={200} value={name} error={problem?.at('/name')} onChange={(e) => setName(e.target.value)} />
          <TextField label={t('field.key')} className="mono" maxLength={10} autoCapitalize="characters" spellCheck={false} value={key} error={keyError} onChange={(e) => setOwnKey(keyInput(e.target.value))} />
        </div>
        <p className="small muted">{t('project.key_hint', { key: KEY.test(key) ? key : 'ERP' })}</p>
        {me.accounts.length > 1 && (
          <Field label={t('project.account')}>
            {(ids) => (
              <select {...ids} className="input" value={account} onChange={(e) => setAccount(Number(e.target.value))}>
                {me.accounts.map((a) => (
                  <option key={a.id} value={a.id}>
                    {a.name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={t('field.description')} error={problem?.at('/description')}>
          {(ids) => <textarea {...ids} className="input" rows={3} maxLength={100000} value={description} onChange={(e) => setDescription(e.target.value)} />}
        </Field>
        {problem && !keyError && !problem.at('/name') && <FieldError>{words(problem)}</FieldError>}
        <button type="submit" hidden disabled={!ready} aria-hidden="true" tabIndex={-1} />
      </form>
    </Dialog>
  );
}
