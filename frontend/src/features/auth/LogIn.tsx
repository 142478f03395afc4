import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import { useTitle } from '../../lib/hooks';
import { Button } from '../../ui/Button';
import { FieldError, PasswordField, TextField } from '../../ui/Field';
import { useProblemText } from '../../ui/states';
import { SignFrame } from './SignFrame';

export function useAuthConfig() {
  return useQuery({ queryKey: ['auth-config'], queryFn: api.auth.config, staleTime: Infinity, retry: 1 });
}
const DEMO = ['admin', 'manager', 'worker', 'finance', 'client'];
const DEMO_PASSWORD = 'tasktrack';

export function LogIn({ onDone, next }: { onDone(): void; next?: string }) {
  const { t } = useTranslation();
  useTitle(t('auth.log_in'));
  const words = useProblemText();
  const config = useAuthConfig();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await api.auth.logIn(email.trim(), password);
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const wrong = problem?.code === 'bad-credentials';
  const emailError = problem?.at('/email') ?? null;
  const passwordError = wrong ? words(problem) : (problem?.at('/password') ?? null);
  return (
    <SignFrame>
      <h1>{t('auth.log_in')}</h1>
      <p className="lead">{t('auth.lead')}</p>
      <form onSubmit={(e) => void submit(e)} className="col-flex" style={{ gap: 16 }} noValidate>
        <TextField large label={t('field.email')} type="email" name="email" autoComplete="username" autoFocus value={email} error={emailError} onChange={(e) => setEmail(e.target.value)} required />
        <PasswordField label={t('field.password')} name="password" autoComplete="current-password" value={password} error={passwordError} onChange={(e) => setPassword(e.target.value)} required />
        {problem && !emailError && !passwordError && <FieldError>{words(problem)}</FieldError>}
        <Button kind="primary" type="submit" large disabled={busy || !email || !password}>
          {t(busy ? 'auth.logging_in' : 'auth.log_in_verb')}
        </Button>
      </form>
      {config.data?.registration !== 'off' && config.data && config.data.registration !== 'invite' && (
        <div className="sign-links">
          <span>
            {t('auth.no_access')}{' '}
            <Link to="/register" search={next ? { next } : {}}>
              {t('auth.register_verb')}
            </Link>
          </span>
        </div>
      )}
      {config.data?.demo && (
        <div className="sign-demo">
          <span>{t('auth.demo')}</span>
          {DEMO.map((name) => (
            <button
              key={name}
              type="button"
              onClick={() => {
                setEmail(`${name}@example.com`);
                setPassword(DEMO_PASSWORD);
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </SignFrame>
  );
}
