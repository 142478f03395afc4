import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, usePeople, useProjects, useTags } from '../../../api/refs';
import type { Priority, Status } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';
import { IconButton } from '../../../ui/Button';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { FILTERS, type TaskSearch } from '../filters';
import { complete, type Completion, type Fault, fromText, type Known, toText } from '../filtersText';
import { Dot } from '../pickers';

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch): void;
  onClose(): void;
}

/** All conditions as one line of text: understood while typing, faults underlined where they are. */
export default function TextForm({ search, onSearch, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const id = useId();
  const me = useMe();
  const projects = useProjects();
  const tags = useTags();
  const [asked, setAsked] = useState('');
  const settled = useDebounced(asked, 150);
  const first = usePeople();
  const more = usePeople(settled, { enabled: settled !== '' });
  const lang = i18n.language === 'en' ? 'en' : 'ru';
  const known = useMemo<Known>(() => {
    const people = new Map([...(first.data ?? []), ...(more.data ?? []), me].map((p) => [p.id, p]));
    return { lang, people: [...people.values()], projects: projects.data ?? [], tags: tags.data ?? [] };
  }, [lang, first.data, more.data, me, projects.data, tags.data]);

  const ready = Boolean(first.data && projects.data && tags.data);
  const [typed, setTyped] = useState<string | null>(null);
  const line = typed ?? (ready ? toText(search, known) : '');
  const [caret, setCaret] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const parsed = useMemo(() => fromText(line, known), [line, known]);
  const completion: Completion = useMemo(() => (caret === null ? { from: 0, to: 0, items: [] } : complete(line, caret, known)), [line, caret, known]);
  const { items } = completion;
  const active = Math.min(at, Math.max(0, items.length - 1));
  const shown = open && items.length > 0;
  // Names the first page does not hold are asked of the server, for completion and for reading alike.
  const stranger = parsed.faults.find((f) => f.code === 'person')?.word ?? completion.people;
  useEffect(() => {
    if (stranger) setAsked(stranger);
  }, [stranger]);
  useEffect(() => {
    const el = input.current;
    if (!el || !ready) return;
    el.focus();
    el.setSelectionRange(el.value.length, el.value.length);
  }, [ready]);
  // Faults are told when the word is done, not while it is typed.
  const faults = parsed.faults.filter((f) => !(open && caret !== null && f.from <= caret && caret <= f.to));

  const apply = () => {
    if (parsed.faults.length > 0) {
      setOpen(false);
      const fault = parsed.faults[0]!;
      input.current?.setSelectionRange(fault.from, fault.to);
      return;
    }
    const rest = { ...search };
    for (const name of [...FILTERS, 'q'] as const) delete rest[name];
    onSearch({ ...rest, ...parsed.search });
    onClose();
  };
  const take = (item: Completion['items'][number]) => {
    const before = line.slice(0, completion.from);
    const after = line.slice(completion.to);
    const gap = item.kind === 'field' || /^[\s,]/.test(after) ? '' : ' ';
    const next = before + item.insert + gap + after;
    const place = before.length + item.insert.length + gap.length;
    setTyped(next);
    setCaret(place);
    setAt(0);
    setOpen(true);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(place, place);
    });
  };
  const onKey = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      if (!shown) {
        setCaret(input.current?.selectionStart ?? line.length);
        setOpen(true);
      } else setAt((active + step + items.length) % items.length);
    } else if (e.key === 'Tab' && shown && !e.shiftKey) {
      e.preventDefault();
      take(items[active]!);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      // A value half typed is completed; a line that is understood is applied.
      if (shown && (at > 0 || parsed.faults.length > 0) && line.slice(completion.from, completion.to) !== items[active]!.insert) take(items[active]!);
      else apply();
    } else if (e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      if (shown) setOpen(false);
      else onClose();
    }
  };
  const follow = () => {
    setCaret(input.current?.selectionStart ?? 0);
    if (mirror.current && input.current) mirror.current.scrollLeft = input.current.scrollLeft;
  };
  return (
    <span className="text-form">
      <span className="text-form-box" data-bad={faults.length > 0 || undefined}>
        <span className="text-form-mirror" ref={mirror} aria-hidden="true">
          {marked(line, faults)}
        </span>
        <input
          ref={input}
          role="combobox"
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-activedescendant={shown ? `${id}-${active}` : undefined}
          aria-label={t('filter.as_text')}
          aria-invalid={faults.length > 0 || undefined}
          aria-describedby={faults.length > 0 ? `${id}-fault` : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={!ready}
          placeholder={t('filter.text_example')}
          value={line}
          onChange={(e) => {
            setTyped(e.target.value);
            setCaret(e.target.selectionStart);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={onKey}
          onKeyUp={follow}
          onClick={follow}
          onScroll={follow}
          onBlur={() => setOpen(false)}
        />
        {shown && (
          <div className="menu text-form-list" id={`${id}-list`} role="listbox" aria-label={t('filter.as_text')}>
            {items.map((item, i) => (
              <div
                key={`${item.kind}-${item.insert}`}
                id={`${id}-${i}`}
                role="option"
                aria-selected={i === active}
                className="option"
                data-active={i === active}
                onMouseMove={() => setAt(i)}
                onMouseDown={(e) => {
                  e.preventDefault();
                  take(item);
                }}
              >
                <Mark item={item} />
                <span className="ellipsis">{item.label}</span>
                {item.insert.replaceAll('"', '') !== item.label && <span className="hint mono">{item.insert}</span>}
              </div>
            ))}
          </div>
        )}
        {!shown && faults.length > 0 && (
          <span className="menu text-form-fault" id={`${id}-fault`} role="alert">
            <IconAlertTriangle size={14} stroke={1.5} aria-hidden="true" />
            {t(`filter.fault_${faults[0]!.code}`, { word: faults[0]!.word })}
          </span>
        )}
      </span>
      <IconButton name={t('filter.text_apply')} kind="primary" icon={<IconCheck size={16} stroke={2} aria-hidden="true" />} onMouseDown={(e) => e.preventDefault()} onClick={apply} />
      <IconButton name={t('filter.as_chips')} icon={<IconX size={16} stroke={1.5} aria-hidden="true" />} onClick={onClose} />
    </span>
  );
}

function marked(line: string, faults: Fault[]) {
  const parts = [];
  let done = 0;
  for (const fault of [...faults].sort((a, b) => a.from - b.from)) {
    if (fault.from < done) continue;
    parts.push(line.slice(done, fault.from), <u key={fault.from}>{line.slice(fault.from, fault.to) || ' '}</u>);
    done = fault.to;
  }
  parts.push(line.slice(done));
  return parts;
}

function Mark({ item }: { item: Completion['items'][number] }) {
  const people = usePeople('', { enabled: false });
  const projects = useProjects();
  const tags = useTags();
  const { kind, value } = item;
  if (kind === 'status') return <StatusIcon status={value as Status} size={14} />;
  if (kind === 'priority') return <PriorityIcon priority={value as Priority} size={14} />;
  if (kind === 'tag') return <Dot color={tags.data?.find((x) => String(x.id) === value)?.color ?? 'var(--text-3)'} />;
  if (kind === 'project') {
    const project = projects.data?.find((p) => String(p.id) === value);
    return project ? <ProjectMark project={project} /> : null;
  }
  const person = kind === 'field' ? undefined : people.data?.find((p) => String(p.id) === value);
  return person ? (
    <span aria-hidden="true" className="row-flex">
      <Avatar person={person} size={16} />
    </span>
  ) : null;
}
