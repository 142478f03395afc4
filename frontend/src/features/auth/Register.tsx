import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { browserZone } from '../../lib/dates';
import { useTitle } from '../../lib/hooks';
import { language } from '../../lib/i18n';
import { Button } from '../../ui/Button';
import { FieldError, PasswordField, TextField } from '../../ui/Field';
import { useProblemText } from '../../ui/states';
import { SignFrame } from './SignFrame';

export function Register({ onDone }: { onDone(): void }) {
  const { t } = useTranslation();
  useTitle(t('auth.register'));
  const words = useProblemText();
  const [form, setForm] = useState({ name: '', email: '', password: '' });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await api.auth.register({ ...form, email: form.email.trim(), language: language(), time_zone: browserZone() });
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const at = (name: 'name' | 'email' | 'password') => problem?.at(`/${name}`) ?? (name === 'email' && problem?.code === 'email-taken' ? words(problem) : null);
  const set = (name: keyof typeof form) => (e: { target: { value: string } }) => setForm({ ...form, [name]: e.target.value });
  return (
    <SignFrame>
      <h1>{t('auth.register')}</h1>
      <form onSubmit={(e) => void submit(e)} className="col-flex" style={{ gap: 16 }} noValidate>
        <TextField large label={t('field.name')} name="name" autoComplete="name" autoFocus value={form.name} error={at('name')} onChange={set('name')} required />
        <TextField large label={t('field.email')} type="email" name="email" autoComplete="username" value={form.email} error={at('email')} onChange={set('email')} required />
        <PasswordField label={t('field.password')} name="password" autoComplete="new-password" hint={t('auth.password_hint')} value={form.password} error={at('password')} onChange={set('password')} required />
        {problem && !at('name') && !at('email') && !at('password') && <FieldError>{words(problem)}</FieldError>}
        <Button kind="primary" type="submit" large disabled={busy || !form.name || !form.email || !form.password}>
          {t('auth.register_verb')}
        </Button>
      </form>
      <div className="sign-links">
        <span>
          {t('auth.have_access')} <Link to="/login">{t('auth.log_in_verb')}</Link>
        </span>
      </div>
    </SignFrame>
  );
}
