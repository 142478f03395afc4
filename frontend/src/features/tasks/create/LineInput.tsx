import { type KeyboardEvent, type ReactNode, type Ref, type TextareaHTMLAttributes, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './line.css';
import { fold, type Option, optionsFor } from './options';
import type { Token } from './parse';
import type { Line } from './useLine';

type Taken = 'value' | 'onChange' | 'onSelect' | 'onFocus' | 'className' | 'children';
interface Props extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, Taken> {
  text: string;
  onText(text: string): void;
  line: Line;
  /** What is understood, at its places in the text. */
  tokens: Token[];
  /** Names are offered behind their mark. */
  offers?: boolean;
  /** For a card or a row: the size of its text. */
  small?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** The field of the line: understood words have a tint, names are completed. Keys that the list of names does not take go to `onKeyDown`. */
export function LineInput({ text, onText, line, tokens, offers = true, small, onKeyDown, ref, ...rest }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => field.current!);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const typed = useRef<string | null>(null);
  const { known, setCaret } = line;
  const mark = offers ? line.mark : null;

  const options = useMemo(() => (mark ? optionsFor(mark, known, (key) => t(key)) : []), [mark, known, t]);
  const query = mark?.query ?? '';
  // A priority may be said in the other language too.
  const forms = (o: Option) => [o.insert.slice(1), o.label, o.hint?.split('@')[0] ?? '', mark?.mark === '!' ? o.key : ''];
  const exact = query !== '' && options.some((o) => forms(o).some((form) => fold(form) === fold(query)));
  const listed = mark !== null && dismissed !== mark.from && !exact && options.length > 0;
  const at = Math.min(active, options.length - 1);

  const type = (next: string, caret: number) => {
    typed.current = next;
    onText(next);
    setCaret(caret);
    setActive(0);
  };
  const complete = (option: Option | undefined) => {
    if (!option || !mark) return;
    const tail = text.slice(mark.to);
    const next = `${text.slice(0, mark.from)}${option.insert}${tail.startsWith(' ') ? '' : ' '}${tail}`;
    const to = mark.from + option.insert.length + 1;
    if (mark.mark === '^') line.remember(known.tasks.filter((x) => x.key === option.key));
    type(next, to);
    requestAnimationFrame(() => field.current?.setSelectionRange(to, to));
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (listed) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        return setActive((at + step + options.length) % options.length);
      }
      if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
        event.preventDefault();
        return complete(options[at]);
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        return setDismissed(mark.from);
      }
    }
    onKeyDown?.(event);
  };
  // What came from elsewhere (kept from before, typed ahead, a template) is gone on with at its end.
  useLayoutEffect(() => {
    if (typed.current === text) return;
    typed.current = text;
    field.current?.setSelectionRange(text.length, text.length);
    setCaret(text.length);
  }, [text, setCaret]);

  return (
    <div className={small ? 'qa-small' : undefined}>
      <div className="qa-line">
        <div className="qa-mirror" aria-hidden="true">
          <Tinted text={text} tokens={tokens} />
          {'\u200b'}
        </div>
        <textarea
          rows={1}
          spellCheck={false}
          {...rest}
          ref={field}
          className={small ? 'qa-input' : 'create-title qa-input'}
          aria-autocomplete="list"
          aria-controls={listed ? `${id}-options` : undefined}
          aria-activedescendant={listed ? `${id}-${at}` : undefined}
          value={text}
          onChange={(e) => type(e.target.value, e.target.selectionStart)}
          onSelect={() => setCaret(field.current?.selectionStart ?? 0)}
          onFocus={(e) => e.target.setSelectionRange(e.target.value.length, e.target.value.length)}
          onKeyDown={onKey}
        />
      </div>
      {listed && (
        <ul className="qa-options" id={`${id}-options`} role="listbox" aria-label={t('quick.completion')}>
          {options.map((option, i) => (
            <li
              key={option.key}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === at}
              className="option"
              data-active={i === at}
              onMouseMove={() => setActive(i)}
              // The field keeps the focus.
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => complete(option)}
            >
              {option.icon}
              <span className="ellipsis">{option.label}</span>
              <span className="hint">{(mark.mark !== '^' || i === at) && option.hint}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The same text behind the field, its tokens in one tint. */
function Tinted({ text, tokens }: { text: string; tokens: Token[] }) {
  const out: ReactNode[] = [];
  let at = 0;
  for (const token of tokens) {
    out.push(text.slice(at, token.from), <span key={token.from} className="qa-token">{text.slice(token.from, token.to)}</span>);
    at = token.to;
  }
  out.push(text.slice(at));
  return <>{out}</>;
}
