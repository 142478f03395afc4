import { useMantineColorScheme } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueryClient } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useMe } from '../../api/refs';
import { useTitle } from '../../lib/hooks';
import { setLanguage } from '../../lib/i18n';
import { singleKeys } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Check, Field, FieldError, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { useProblemText } from '../../ui/states';

const SCHEMES = ['auto', 'light', 'dark'] as const;
const LANGUAGES = ['ru', 'en'] as const;
const zones = (): string[] => {
  const known = (Intl as { supportedValuesOf?(key: string): string[] }).supportedValuesOf?.('timeZone') ?? [];
  return ['UTC', ...known.filter((z) => z !== 'UTC')];
};

export function Settings() {
  const { t } = useTranslation();
  useTitle(t('nav.settings'));
  const me = useMe();
  const client = useQueryClient();
  const words = useProblemText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const keysOn = useStore(singleKeys);
  const [form, setForm] = useState({ name: me.name, phone: me.phone ?? '', time_zone: me.time_zone });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [list] = useState(zones);
  const changed = form.name !== me.name || form.phone !== (me.phone ?? '') || form.time_zone !== me.time_zone;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await api.users.updateMe({ name: form.name.trim(), phone: form.phone.trim() || null, time_zone: form.time_zone });
      showToast({ kind: 'done', text: t('settings.saved') });
      void client.invalidateQueries();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const [chosen, setChosen] = useState(me.language);
  const language = async (next: (typeof LANGUAGES)[number]) => {
    const before = me.language;
    setChosen(next);
    try {
      await setLanguage(next);
      await api.users.updateMe({ language: next });
    } catch (error) {
      setProblem(asProblem(error));
      setChosen(before);
      void setLanguage(before);
    }
  };
  return (
    <Page title={t('nav.settings')}>
      <div style={{ maxWidth: 520, padding: '16px 24px 48px', display: 'flex', flexDirection: 'column', gap: 20 }}>
        <form onSubmit={(e) => void save(e)} className="col-flex" style={{ gap: 12 }}>
          <TextField label={t('field.name')} autoComplete="name" value={form.name} error={problem?.at('/name')} onChange={(e) => setForm({ ...form, name: e.target.value })} />
          <TextField label={t('field.email')} value={me.email} disabled />
          <TextField label={t('field.phone')} autoComplete="tel" inputMode="tel" value={form.phone} error={problem?.at('/phone')} onChange={(e) => setForm({ ...form, phone: e.target.value })} />
          <Field label={t('field.time_zone')} error={problem?.at('/time_zone')}>
            {(ids) => (
              <select {...ids} className="input" value={form.time_zone} onChange={(e) => setForm({ ...form, time_zone: e.target.value })}>
                {(list.includes(form.time_zone) ? list : [form.time_zone, ...list]).map((zone) => (
                  <option key={zone}>{zone}</option>
                ))}
              </select>
            )}
          </Field>
          {problem && !problem.body.errors?.length && <FieldError>{words(problem)}</FieldError>}
          <div>
            <Button kind="primary" type="submit" disabled={!changed || busy || !form.name.trim()}>
              {t('ui.save')}
            </Button>
          </div>
        </form>
        <Choice name={t('field.language')} values={LANGUAGES} value={chosen} label={(v) => t(`settings.language_${v}`)} onValue={(v) => void language(v)} />
        <Choice name={t('settings.theme')} values={SCHEMES} value={colorScheme} label={(v) => t(`settings.theme_${v}`)} onValue={setColorScheme} />
        <Check label={t('settings.single_keys')} checked={keysOn} onChange={(e) => singleKeys.set(e.target.checked)} />
        <div>
          <Button onClick={() => void api.auth.logOut().catch(() => undefined)}>{t('settings.log_out')}</Button>
        </div>
      </div>
    </Page>
  );
}

function Choice<V extends string>({ name, values, value, label, onValue }: { name: string; values: readonly V[]; value: V; label(v: V): string; onValue(v: V): void }) {
  return (
    <fieldset className="field" style={{ border: 0, padding: 0, margin: 0 }}>
      <legend className="field-label" style={{ paddingBottom: 4 }}>
        {name}
      </legend>
      <div className="row-flex" style={{ gap: 16, flexWrap: 'wrap' }}>
        {values.map((v) => (
          <Check key={v} type="radio" name={name} label={label(v)} checked={v === value} onChange={() => onValue(v)} />
        ))}
      </div>
    </fieldset>
  );
}
