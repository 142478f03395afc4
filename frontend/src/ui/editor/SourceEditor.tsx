import { type KeyboardEvent, type Ref, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople } from '../../api/refs';
import { useDebounced } from '../../lib/hooks';
import { Avatar } from '../people';
import { insertMention, mentionAt } from './mention';

export interface EditorHandle {
  focus(): void;
}
export interface EditorProps {
  name: string;
  placeholder?: string;
  value: string;
  onChange(value: string): void;
  onSubmit(): void;
  onCancel?(): void;
  project: number;
  rows?: number;
  autoFocus?: boolean;
}

/** The text itself. "@" offers people; Ctrl+Enter sends. */
export function SourceEditor({ name, placeholder, value, onChange, onSubmit, onCancel, project, rows = 2, autoFocus, mono, ref }: EditorProps & { mono?: boolean; ref?: Ref<HTMLTextAreaElement> }) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => area.current!);
  const [mention, setMention] = useState<{ from: number; q: string } | null>(null);
  const [active, setActive] = useState(0);
  const found = usePeople(useDebounced(mention?.q ?? '', 150), { project, enabled: mention !== null });
  const needle = mention?.q.toLowerCase() ?? '';
  const people = mention ? (found.data ?? []).filter((p) => p.name.toLowerCase().includes(needle)).slice(0, 6) : [];
  const at = Math.min(active, Math.max(0, people.length - 1));

  const follow = () => {
    const el = area.current;
    setMention(el ? mentionAt(el.value, el.selectionStart) : null);
    setActive(0);
  };
  const pick = (index: number) => {
    const person = people[index];
    const el = area.current;
    if (!person || !mention || !el) return;
    const next = insertMention(value, mention.from, el.selectionStart, person);
    onChange(next.text);
    setMention(null);
    requestAnimationFrame(() => {
      el.focus();
      el.setSelectionRange(next.caret, next.caret);
    });
  };
  const onKey = (event: KeyboardEvent) => {
    if (people.length > 0) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        return setActive((at + step + people.length) % people.length);
      }
      if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
        event.preventDefault();
        return pick(at);
      }
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSubmit();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (mention) setMention(null);
      else if (onCancel) onCancel();
      else area.current?.blur();
    }
  };
  return (
    <>
      <textarea
        ref={area}
        className={mono ? 'mono' : undefined}
        rows={rows}
        autoFocus={autoFocus}
        aria-label={name}
        aria-expanded={people.length > 0 || undefined}
        aria-activedescendant={people.length > 0 ? `mention-${at}` : undefined}
        role={people.length > 0 ? 'combobox' : undefined}
        aria-controls={people.length > 0 ? 'mention-list' : undefined}
        placeholder={placeholder}
        value={value}
        onChange={(e) => {
          onChange(e.target.value);
          requestAnimationFrame(follow);
        }}
        onClick={follow}
        onBlur={() => setTimeout(() => setMention(null), 150)}
        onKeyDown={onKey}
      />
      {people.length > 0 && (
        <div className="menu mentions" id="mention-list" role="listbox" aria-label={t('editor.people')} style={{ left: 8, bottom: '100%' }}>
          {people.map((person, i) => (
            <div key={person.id} id={`mention-${i}`} role="option" aria-selected={i === at} className="option" data-active={i === at} onMouseDown={(e) => e.preventDefault()} onClick={() => pick(i)}>
              <Avatar person={person} size={18} />
              <span className="ellipsis">{person.name}</span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}
