import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskInput } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Check } from '../../ui/Field';
import { Diff } from '../../ui/Diff';
import type { ConflictAsk } from './change';
import { type Field, rebase, valueOf } from './model';
import { FieldValue } from './values';

/** Somebody changed the same thing meanwhile: mine beside theirs, nothing lost either way. */
export default function ConflictDialog({ ask }: { ask: ConflictAsk }) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Partial<Record<Field, 'mine' | 'theirs'>>>({});
  const [texts, setTexts] = useState<Partial<Record<Field, string>>>({});
  const taken = (field: Field) => choice[field] ?? 'mine';
  const save = () => {
    const input: TaskInput = { ...rebase(ask.base, ask.mine, ask.theirs).input };
    for (const field of ask.fields) {
      if (taken(field) === 'theirs') delete input[field];
      else if (texts[field] !== undefined) Object.assign(input, { [field]: texts[field] });
    }
    ask.answer(Object.keys(input).length > 0 ? input : null);
  };
  return (
    <Dialog
      title={t('conflict.title', { key: ask.theirs.key })}
      onClose={() => undefined}
      mustAnswer
      width={760}
      foot={
        <>
          <Button kind="quiet" onClick={() => ask.answer(null)}>
            {t('conflict.take_theirs')}
          </Button>
          <span className="grow" />
          <Button kind="primary" onClick={save} data-autofocus>
            {t('conflict.save')}
          </Button>
        </>
      }
    >
      <p className="second">{t('conflict.text')}</p>
      {ask.fields.map((field) => {
        const isText = field === 'title' || field === 'description';
        const then = valueOf(ask.base, field);
        const theirs = valueOf(ask.theirs, field);
        const mine = ask.mine[field];
        const pick = (side: 'mine' | 'theirs') => () => setChoice({ ...choice, [field]: side });
        return (
          <fieldset key={field} className="conflict-field">
            <legend>{t(`field.${field}`)}</legend>
            <div className="conflict-side" data-on={taken(field) === 'mine'}>
              <Check type="radio" name={field} label={t('conflict.mine')} checked={taken(field) === 'mine'} onChange={pick('mine')} />
              {isText ? (
                <textarea className="input" rows={field === 'title' ? 2 : 8} aria-label={t('conflict.mine')} value={texts[field] ?? String(mine ?? '')} onFocus={pick('mine')} onChange={(e) => setTexts({ ...texts, [field]: e.target.value })} />
              ) : (
                <FieldValue field={field} value={mine} task={ask.theirs} />
              )}
            </div>
            <div className="conflict-side" data-on={taken(field) === 'theirs'}>
              <Check type="radio" name={field} label={t('conflict.theirs')} checked={taken(field) === 'theirs'} onChange={pick('theirs')} />
              {isText ? <Diff before={String(then ?? '')} after={String(theirs ?? '')} whole /> : <FieldValue field={field} value={theirs} task={ask.theirs} />}
            </div>
          </fieldset>
        );
      })}
    </Dialog>
  );
}
