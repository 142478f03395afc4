import { IconCursorText, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { lazy, type Ref, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, usePeople, useProjects, useTags } from '../../../api/refs';
import { PRIORITIES, STATUSES, type Priority, type Status } from '../../../api/types';
import { useCommands } from '../../../lib/commands';
import { dueWords } from '../../../lib/dates';
import { useDebounced } from '../../../lib/hooks';
import { IconButton } from '../../../ui/Button';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { type Option, Picker } from '../../../ui/Picker';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useDateCtx } from '../../../ui/useDateCtx';
import { FILTERS, type FilterName, listOf, SHOW_VALUES, type TaskSearch, withFilter } from '../filters';
import { isDates, isPeople, type Op, opsOf, readCondition, withOp, writeCondition } from '../filtersFields';
import { Dot } from '../pickers';

const TextForm = lazy(() => import('./TextForm'));
const SpanPick = lazy(() => import('./SpanPick'));

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch): void;
  inputRef: Ref<HTMLInputElement>;
  adding: boolean;
  onAdding(open: boolean): void;
}
type Part = 'field' | 'op' | 'value';
/** Of these one word says all; the value is picked alone. */
const SINGLE: readonly FilterName[] = ['open', 'show', 'watcher'];

/** The conditions of a list: each a chip of field, comparison and value; or all of them as a line of text. */
export function Filters({ search, onSearch, inputRef, adding, onAdding }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ name: FilterName; part: Part } | null>(null);
  const [asText, setAsText] = useState(false);
  useCommands([{ id: 'filter.text', title: 'filter.cmd_text', group: 'list', keys: 'Shift+KeyF', run: () => setAsText(true) }]);
  if (asText)
    return (
      <Suspense fallback={<span className="text-form" />}>
        <TextForm search={search} onSearch={onSearch} onClose={() => setAsText(false)} />
      </Suspense>
    );
  const shown = FILTERS.filter((name) => search[name] || open?.name === name);
  const begin = (name: FilterName) => {
    if (name === 'open') onSearch(withFilter(search, 'open', ['true']));
    // After the menu has given the focus back.
    else setTimeout(() => setOpen({ name, part: 'value' }), 60);
  };
  return (
    <>
      <TextFilter value={search.q ?? ''} onValue={(q) => onSearch(withFilter(search, 'q', q ? [q] : []))} inputRef={inputRef} />
      {shown.map((name) => (
        <Chip
          key={name}
          name={name}
          value={search[name]}
          taken={shown}
          open={open?.name === name ? open.part : null}
          onOpen={(part) => setOpen(part ? { name, part } : null)}
          onValues={(values) => onSearch(withFilter(search, name, values))}
          onField={(next) => {
            if (search[name]) onSearch(withFilter(search, name, []));
            begin(next);
          }}
        />
      ))}
      <span className="chip chip-add">
        <Picker name={t('filter.add')} opened={adding} onOpened={onAdding} chosen={[]} search options={FILTERS.filter((name) => !search[name]).map((name) => ({ value: name, label: t(`filter.${name}`) }))} onPick={begin}>
          <button type="button" onClick={() => onAdding(!adding)}>
            <IconPlus size={14} stroke={1.5} aria-hidden="true" />
            {t('filter.add')}
          </button>
        </Picker>
      </span>
      <IconButton name={t('filter.as_text')} className="as-text" icon={<IconCursorText size={16} stroke={1.5} aria-hidden="true" />} onClick={() => setAsText(true)} />
    </>
  );
}

function TextFilter({ value, onValue, inputRef }: { value: string; onValue(q: string): void; inputRef: Ref<HTMLInputElement> }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 250);
  const [sent, setSent] = useState(value);
  const last = useRef(value);
  const own = useRef(new Set<string>());
  useEffect(() => {
    if (value === last.current) return;
    last.current = value;
    // What was typed here comes back by the address, late on a busy machine: it is no news.
    const typed = own.current.has(value);
    if (value === sent) own.current.clear();
    if (typed) return;
    // The address changed elsewhere (back, a link): the field follows.
    setText(value);
    setSent(value);
  }, [value, sent]);
  const settle = () => {
    if (text === sent) return;
    own.current.add(text);
    setSent(text);
    onValue(text);
  };
  useEffect(() => {
    if (settled === text) settle();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only when the typing settles
  }, [settled]);
  return (
    <label className="search-box">
      <IconSearch size={14} stroke={1.5} aria-hidden="true" />
      <input
        ref={inputRef}
        type="search"
        aria-label={t('filter.text')}
        placeholder={t('filter.text')}
        value={text}
        onChange={(e) => setText(e.target.value)}
        // Before the next key or click opens something: the address must not change under it later.
        onBlur={settle}
        onKeyDown={(e) => {
          if (e.key !== 'Escape' && e.key !== 'Enter') return;
          // A browser would empty the field at Escape; here it only gives the keys back to the list.
          e.preventDefault();
          e.currentTarget.blur();
        }}
      />
    </label>
  );
}

interface ChipProps {
  name: FilterName;
  value: string | undefined;
  taken: readonly FilterName[];
  open: Part | null;
  onOpen(part: Part | null): void;
  onValues(values: string[]): void;
  onField(name: FilterName): void;
}

function Chip({ name, value, taken, open, onOpen, onValues, onField }: ChipProps) {
  const { t } = useTranslation();
  // What somebody said last stays said, even where a shorter way to say it exists.
  const [like, setLike] = useState<Op | undefined>();
  const now = readCondition(name, value, like);
  const ops = opsOf(name);
  const toggle = (part: Part) => (opened: boolean) => onOpen(opened ? part : null);
  const set = (op: Op) => {
    setLike(op);
    const from = now.op === 'gte' || now.op === 'lte' ? { op: now.op, values: op === 'in' || op === 'not' ? listOf(value) : now.values } : now;
    const next = writeCondition(name, withOp(name, from, op));
    if (next.length > 0) onValues(next);
    else setTimeout(() => onOpen('value'), 60);
  };
  const opWord = now.op === 'in' ? (now.values.length > 1 ? t('filter.op_in') : ops.length > 1 ? t('filter.op_is') : '') : t(`filter.op_${now.op}`);
  const label = t(`filter.${name}`);
  return (
    <span className="chip" data-filter={name}>
      <Picker name={t('filter.field')} opened={open === 'field'} onOpened={toggle('field')} chosen={[name]} search options={FILTERS.filter((f) => f === name || !taken.includes(f)).map((f) => ({ value: f, label: t(`filter.${f}`) }))} onPick={(next) => next !== name && onField(next)}>
        <button type="button" className="second" aria-haspopup="listbox" title={t('filter.field')} onClick={() => onOpen(open === 'field' ? null : 'field')}>
          {label}
        </button>
      </Picker>
      {opWord && (
        <Picker name={t('filter.op')} opened={open === 'op'} onOpened={toggle('op')} chosen={[now.op]} options={ops.map((op) => ({ value: op, label: t(`filter.name_${op}`) }))} onPick={set}>
          <button type="button" className="muted" aria-haspopup="listbox" title={t('filter.op')} disabled={ops.length < 2} onClick={() => onOpen(open === 'op' ? null : 'op')}>
            {opWord}
          </button>
        </Picker>
      )}
      {now.op !== 'overdue' && now.op !== 'none' && (isDates(name) ? <DateValue {...{ name, value, now, open, onOpen, onValues }} /> : <SetValue {...{ name, now, open, onOpen, onValues }} />)}
      <button type="button" className="chip-x" aria-label={t('filter.remove', { name: label })} title={t('filter.remove', { name: label })} onClick={() => onValues([])}>
        <IconX size={12} stroke={1.5} aria-hidden="true" />
      </button>
    </span>
  );
}

interface ValueProps {
  name: FilterName;
  now: ReturnType<typeof readCondition>;
  open: Part | null;
  onOpen(part: Part | null): void;
  onValues(values: string[]): void;
}

function SetValue({ name, now, open, onOpen, onValues }: ValueProps) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const { options, search, loading } = useOptions(name, q, open === 'value');
  const many = (now.op === 'in' || now.op === 'not') && !SINGLE.includes(name);
  const chosen = now.values.map((v) => options.find((o) => o.value === v) ?? { value: v, label: loading ? t('ui.loading') : `#${v}`, icon: undefined });
  const icons = chosen.filter((o) => o.icon).slice(0, 3);
  return (
    <Picker
      name={t(`filter.${name}`)}
      options={options}
      chosen={now.values}
      many={many}
      search={search}
      onSearch={isPeople(name) ? setQ : undefined}
      loading={loading}
      opened={open === 'value'}
      onOpened={(opened) => onOpen(opened ? 'value' : null)}
      onPick={(_, next) => onValues(writeCondition(name, { op: now.op, values: next }))}
    >
      <button type="button" aria-haspopup="listbox" title={chosen.map((o) => o.label).join(', ')} onClick={() => onOpen(open === 'value' ? null : 'value')}>
        <b>
          {icons.map((o) => (
            <span key={o.value}>{o.icon}</span>
          ))}
          <span className="ellipsis">{chosen.length === 0 ? t('filter.choose') : chosen.length <= 2 ? chosen.map((o) => o.label).join(', ') : String(chosen.length)}</span>
        </b>
      </button>
    </Picker>
  );
}

function DateValue({ name, value, now, open, onOpen, onValues }: ValueProps & { value: string | undefined }) {
  const { t } = useTranslation();
  const say = useDayWords();
  const button = (
    <button type="button" aria-haspopup="dialog" onClick={() => onOpen(open === 'value' ? null : 'value')}>
      <b>{now.values.length === 0 ? t('filter.choose') : now.values.map(say).join(' – ')}</b>
    </button>
  );
  if (open !== 'value') return button;
  return (
    <Suspense fallback={button}>
      <SpanPick name={name} value={value} op={now.op} days={now.values} onClose={() => onOpen(null)} onDays={(values) => onValues(writeCondition(name, { op: now.op, values }))}>
        {button}
      </SpanPick>
    </Suspense>
  );
}

/** A day of a span in words: "сегодня", "+7 дн.", "1 дек." */
export function useDayWords(): (day: string) => string {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  return (day) => {
    if (/^[+-]/.test(day)) return t('filter.days', { n: day.replace('-', '−') });
    if (/^\d/.test(day)) return dueWords(`${day}T12:00:00Z`, { ...ctx, zone: 'UTC' });
    return t(`filter.day_${day}`);
  };
}

function useOptions(name: FilterName, q: string, open: boolean): { options: Option<string>[]; search: boolean; loading?: boolean } {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const tags = useTags();
  const settled = useDebounced(q, 200);
  const people = usePeople(open ? settled : '', { enabled: isPeople(name) });
  switch (name) {
    case 'status':
      return { search: false, options: STATUSES.map((s: Status) => ({ value: s, label: t(`status.${s}`), icon: <StatusIcon status={s} size={14} /> })) };
    case 'priority':
      return { search: false, options: PRIORITIES.map((p: Priority) => ({ value: p, label: t(`priority.${p}`), icon: <PriorityIcon priority={p} size={14} /> })) };
    case 'assignee':
    case 'created_by':
    case 'supervisor':
    case 'watcher':
      return {
        search: true,
        loading: people.isFetching || settled !== q,
        options: [
          { value: 'me', label: t('filter.me'), icon: <Avatar person={me} size={16} /> },
          ...(name === 'assignee' ? [{ value: 'none', label: t('field.nobody') }] : []),
          ...(people.data ?? []).map((p) => ({ value: String(p.id), label: p.name, icon: <Avatar person={p} size={16} /> })),
        ],
      };
    case 'project':
      return { search: true, loading: projects.isPending, options: (projects.data ?? []).map((p) => ({ value: String(p.id), label: p.name, icon: <ProjectMark project={p} />, hint: p.key })) };
    case 'tag':
      return { search: true, loading: tags.isPending, options: (tags.data ?? []).map((tag) => ({ value: String(tag.id), label: tag.name, icon: <Dot color={tag.color} /> })) };
    case 'show':
      return { search: false, options: SHOW_VALUES.map((v) => ({ value: v, label: t(`filter.show_${v}`) })) };
    case 'open':
      return { search: false, options: [{ value: 'true', label: t('filter.open_true') }, { value: 'false', label: t('filter.open_false') }] };
    default:
      return { search: false, options: [] };
  }
}
