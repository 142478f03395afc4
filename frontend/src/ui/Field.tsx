import { IconAlertCircle, IconEye, IconEyeOff } from '@tabler/icons-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <span className="field-error" id={id} role="alert">
      <IconAlertCircle size={14} stroke={1.5} aria-hidden="true" />
      <span>{children}</span>
    </span>
  );
}

interface Wrap {
  label: string;
  error?: string | null;
  hint?: string;
}

/** A label over anything; the function gets the ids the control must carry. */
export function Field({ label, error, hint, children }: Wrap & { children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }) => ReactNode }) {
  const id = useId();
  const note = `${id}-note`;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': error || hint ? note : undefined, 'aria-invalid': error ? true : undefined })}
      {error ? <FieldError id={note}>{error}</FieldError> : hint ? <span id={note} className="small muted">{hint}</span> : null}
    </div>
  );
}

type InputProps = Wrap & InputHTMLAttributes<HTMLInputElement> & { large?: boolean; ref?: Ref<HTMLInputElement> };

export function TextField({ label, error, hint, large, className = '', ...rest }: InputProps) {
  return (
    <Field label={label} error={error} hint={hint}>
      {(ids) => <input {...rest} {...ids} className={`input ${large ? 'input-lg' : ''} ${className}`} />}
    </Field>
  );
}

export function PasswordField({ label, error, hint, ...rest }: InputProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Field label={label} error={error} hint={hint}>
      {(ids) => (
        <span style={{ position: 'relative' }}>
          <input {...rest} {...ids} type={open ? 'text' : 'password'} className="input input-lg" style={{ paddingRight: 40 }} />
          <button
            type="button"
            aria-label={t(open ? 'auth.hide_password' : 'auth.show_password')}
            aria-pressed={open}
            onClick={() => setOpen(!open)}
            style={{ position: 'absolute', right: 5, top: 5, width: 28, height: 28, display: 'grid', placeContent: 'center' }}
          >
            {open ? <IconEyeOff size={18} stroke={1.5} /> : <IconEye size={18} stroke={1.5} />}
          </button>
        </span>
      )}
    </Field>
  );
}

export function Check({ label, hideLabel, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string; hideLabel?: boolean; ref?: Ref<HTMLInputElement> }) {
  return (
    <label className="check">
      <input type="checkbox" {...rest} />
      <span className={hideLabel ? 'sr' : undefined}>{label}</span>
    </label>
  );
}

/** On or off, at once. */
export function Switch({ label, hideLabel, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: string; hideLabel?: boolean }) {
  return (
    <label className="switch">
      <input type="checkbox" role="switch" {...rest} />
      <span className={hideLabel ? 'sr' : undefined}>{label}</span>
    </label>
  );
}
