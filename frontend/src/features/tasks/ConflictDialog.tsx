import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskInput } from '../../api/types';
import { choose, mergeLines, type MergePart, type Side } from '../../lib/merge';
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
        const then = valueOf(ask.base, field);
        const theirs = valueOf(ask.theirs, field);
        const mine = ask.mine[field];
        if (field === 'description') return <TextConflict key={field} name={t('field.description')} base={String(then ?? '')} mine={String(mine ?? '')} theirs={String(theirs ?? '')} onText={(text) => setTexts((now) => ({ ...now, [field]: text }))} />;
        const isText = field === 'title';
        const pick = (side: 'mine' | 'theirs') => () => setChoice({ ...choice, [field]: side });
        return (
          <fieldset key={field} className="conflict-field">
            <legend>{t(`field.${field}`)}</legend>
            <div className="conflict-side" data-on={taken(field) === 'mine'}>
              <Check type="radio" name={field} label={t('conflict.mine')} checked={taken(field) === 'mine'} onChange={pick('mine')} />
              {isText ? (
                <textarea className="input" rows={2} aria-label={t('conflict.mine')} value={texts[field] ?? String(mine ?? '')} onFocus={pick('mine')} onChange={(e) => setTexts({ ...texts, [field]: e.target.value })} />
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

const SIDES: Side[] = ['mine', 'theirs', 'both'];

/** What does not touch is merged; each stretch that does is chosen, and the whole can be mended by hand. */
function TextConflict({ name, base, mine, theirs, onText }: { name: string; base: string; mine: string; theirs: string; onText(text: string): void }) {
  const { t } = useTranslation();
  const parts = useMemo(() => mergeLines(base, mine, theirs), [base, mine, theirs]);
  const [sides, setSides] = useState<Side[]>([]);
  const [text, setText] = useState(() => choose(parts, []));
  const put = (next: string) => {
    setText(next);
    onText(next);
  };
  // Untouched, my own side stands: the outcome must be the same as what is shown.
  useState(() => queueMicrotask(() => onText(choose(parts, []))));
  const pick = (at: number, side: Side) => {
    const next = [...sides];
    next[at] = side;
    setSides(next);
    put(choose(parts, next));
  };
  let at = -1;
  return (
    <section className="conflict-text" aria-label={name}>
      <h3>{name}</h3>
      <div className="conflict-parts">
        {parts.map((part, i) => {
          if ('text' in part) return <Agreed key={i} text={part.text} first={i === 0} last={i === parts.length - 1} />;
          const index = ++at;
          const on = sides[index] ?? 'mine';
          return (
            <div key={i} className="conflict-part" role="radiogroup" aria-label={t('conflict.place', { at: index + 1 })}>
              {SIDES.map((side) => (
                <label key={side} className="conflict-choice" data-on={on === side}>
                  <Check type="radio" name={`${name}-${index}`} label={t(`conflict.${side}`)} checked={on === side} onChange={() => pick(index, side)} />
                  {side !== 'both' && <Part part={part} side={side} />}
                </label>
              ))}
            </div>
          );
        })}
      </div>
      <details>
        <summary>{t('conflict.result')}</summary>
        <textarea className="input" rows={8} aria-label={t('conflict.result')} value={text} onChange={(e) => put(e.target.value)} />
      </details>
    </section>
  );
}
function Part({ part, side }: { part: Exclude<MergePart, { text: string }>; side: 'mine' | 'theirs' }) {
  const { t } = useTranslation();
  const text = part[side].replace(/\n$/, '');
  if (!text) return <span className="muted">{t('conflict.removed')}</span>;
  return <Diff before={part.base.replace(/\n$/, '')} after={text} whole />;
}
/** The lines next to a choice; the rest of a long stretch is left out. */
function Agreed({ text, first, last }: { text: string; first: boolean; last: boolean }) {
  const lines = text.replace(/\n$/, '').split('\n');
  const shown = lines.length <= 5 ? lines : [...(first ? [] : lines.slice(0, 2)), '⋯', ...(last ? [] : lines.slice(-2))];
  return <div className="conflict-agreed">{shown.join('\n')}</div>;
}
