import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useMe } from '../../api/refs';
import type { Language, UserMe } from '../../api/types';
import { browserZone } from '../../lib/dates';
import { useMinute } from '../../lib/hooks';
import { setLanguage } from '../../lib/i18n';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Field, FieldError, TextField } from '../../ui/Field';
import { Avatar } from '../../ui/people';
import { useProblemText } from '../../ui/states';
import { Choice, Part } from './parts';

const LANGUAGES = ['ru', 'en'] as const;
/** The colours of people: white initials are readable on each. */
const COLORS = ['#8A4B2A', '#2F5D8C', '#7A3E6D', '#3F6B3A', '#8A5A00', '#4A4E8C', '#0C666F'] as const;

const zones = (): string[] => {
  const known = (Intl as { supportedValuesOf?(key: string): string[] }).supportedValuesOf?.('timeZone') ?? [];
  return ['UTC', ...known.filter((z) => z !== 'UTC')];
};

export function Profile() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const words = useProblemText();
  useMinute();
  const [form, setForm] = useState({ name: me.name, phone: me.phone ?? '' });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [list] = useState(zones);
  // Shown as chosen while it is being saved.
  const [chosen, setChosen] = useState<Partial<UserMe>>({});
  const shown = { ...me, ...chosen };
  const changed = form.name.trim() !== me.name || form.phone.trim() !== (me.phone ?? '');

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const now = await api.users.updateMe({ name: form.name.trim(), phone: form.phone.trim() || null });
      setForm({ name: now.name, phone: now.phone ?? '' });
      showToast({ kind: 'done', text: t('settings.saved') });
      void client.invalidateQueries();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const set = async (what: { language?: Language; time_zone?: string; avatar_color?: string }) => {
    setChosen((now) => ({ ...now, ...what }));
    setProblem(null);
    try {
      if (what.language) await setLanguage(what.language);
      await api.users.updateMe(what);
      if (!what.language) void client.invalidateQueries();
    } catch (error) {
      if (what.language) await setLanguage(me.language);
      setProblem(asProblem(error));
    } finally {
      setChosen({});
    }
  };
  const here = browserZone();
  const clock = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'ru-RU', { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: shown.time_zone }).format(new Date());

  return (
    <Part name="profile">
      <form onSubmit={(e) => void save(e)} className="col-flex" style={{ gap: 12 }}>
        <div className="row-flex" style={{ gap: 16 }}>
          <Avatar person={{ name: form.name || me.name, avatar_color: shown.avatar_color }} size={48} />
          <fieldset className="choice">
            <legend className="field-label">{t('settings.avatar_color')}</legend>
            <div className="swatches">
              {COLORS.map((color, i) => (
                <label key={color} className="swatch" style={{ '--swatch': color } as React.CSSProperties}>
                  <input type="radio" name="avatar_color" aria-label={t('settings.color_n', { n: i + 1 })} checked={color === shown.avatar_color.toUpperCase() || color.toLowerCase() === shown.avatar_color.toLowerCase()} onChange={() => void set({ avatar_color: color })} />
                </label>
              ))}
            </div>
          </fieldset>
        </div>
        <TextField label={t('field.name')} autoComplete="name" value={form.name} error={problem?.at('/name')} onChange={(e) => setForm({ ...form, name: e.target.value })} />
        <TextField label={t('field.email')} value={me.email} disabled hint={t('settings.email_hint')} />
        <TextField label={t('field.phone')} autoComplete="tel" inputMode="tel" value={form.phone} error={problem?.at('/phone')} onChange={(e) => setForm({ ...form, phone: e.target.value })} />
        {problem && !problem.at('/name') && !problem.at('/phone') && <FieldError>{problem.body.errors?.[0]?.detail ?? words(problem)}</FieldError>}
        <div className="row-flex">
          <Button kind="primary" type="submit" disabled={!changed || busy || !form.name.trim()}>
            {t(busy ? 'ui.saving' : 'ui.save')}
          </Button>
          {changed && !busy && (
            <Button kind="quiet" onClick={() => setForm({ name: me.name, phone: me.phone ?? '' })}>
              {t('ui.cancel')}
            </Button>
          )}
        </div>
      </form>
      <Choice name={t('field.language')} values={LANGUAGES} value={shown.language} label={(v) => t(`settings.language_${v}`)} onValue={(language) => void set({ language })} />
      <Field label={t('field.time_zone')} hint={t('settings.time_there', { time: clock })}>
        {(ids) => (
          <select {...ids} className="input" value={shown.time_zone} onChange={(e) => void set({ time_zone: e.target.value })}>
            {(list.includes(shown.time_zone) ? list : [shown.time_zone, ...list]).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        )}
      </Field>
      {here !== shown.time_zone && (
        <div>
          <Button onClick={() => void set({ time_zone: here })}>{t('settings.zone_here', { zone: here.replaceAll('_', ' ') })}</Button>
        </div>
      )}
    </Part>
  );
}
