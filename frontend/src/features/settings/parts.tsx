import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Check } from '../../ui/Field';

/** A part of the settings: its name and a word about it at the left, what is chosen at the right. */
export function Part({ name, children }: { name: 'profile' | 'appearance' | 'keyboard' | 'sessions'; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="settings-part" id={`settings-${name}`} aria-labelledby={`settings-${name}-title`}>
      <div>
        <h2 id={`settings-${name}-title`}>{t(`settings.${name}`)}</h2>
        <p className="small muted">{t(`settings.${name}_text`)}</p>
      </div>
      <div className="settings-fields">{children}</div>
    </section>
  );
}

/** One of a few, each with a picture of what it does where there is one. */
export function Choice<V extends string>({ name, values, value, label, picture, onValue }: { name: string; values: readonly V[]; value: V; label(v: V): string; picture?(v: V): ReactNode; onValue(v: V): void }) {
  return (
    <fieldset className="choice">
      <legend className="field-label">{name}</legend>
      <div className={picture ? 'choice-cards' : 'choice-row'}>
        {values.map((v) => (
          <div key={v} className={picture ? 'choice-card' : undefined} data-on={v === value}>
            {picture && (
              <span aria-hidden="true" className="choice-picture" onClick={() => onValue(v)}>
                {picture(v)}
              </span>
            )}
            <Check type="radio" name={name} label={label(v)} checked={v === value} onChange={() => onValue(v)} />
          </div>
        ))}
      </div>
    </fieldset>
  );
}
