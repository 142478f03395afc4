import { IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, usePeople, useProjects, useTags } from '../../../api/refs';
import { PRIORITIES, STATUSES, type Priority, type Status } from '../../../api/types';
import { useDebounced } from '../../../lib/hooks';
import { ProjectMark } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { type Option, Picker } from '../../../ui/Picker';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { DUE_VALUES, FILTERS, type FilterName, listOf, SHOW_VALUES, type TaskSearch, withFilter } from '../filters';
import { Dot } from '../pickers';

interface Props {
  search: TaskSearch;
  onSearch(next: TaskSearch): void;
  inputRef: Ref<HTMLInputElement>;
  hide?: FilterName[];
  adding: boolean;
  onAdding(open: boolean): void;
}

/** The conditions of a list, each a chip; together they are the address. */
export function Filters({ search, onSearch, inputRef, hide = [], adding, onAdding }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<FilterName | null>(null);
  const names = FILTERS.filter((name) => !hide.includes(name));
  const shown = names.filter((name) => search[name] || open === name);
  return (
    <>
      <TextFilter value={search.q ?? ''} onValue={(q) => onSearch(withFilter(search, 'q', q ? [q] : []))} inputRef={inputRef} />
      {shown.map((name) => (
        <FilterChip
          key={name}
          name={name}
          values={listOf(search[name])}
          opened={open === name}
          onOpened={(opened) => setOpen(opened ? name : null)}
          onValues={(values) => onSearch(withFilter(search, name, values))}
        />
      ))}
      <span className="chip chip-add">
        <Picker
          name={t('filter.add')}
          opened={adding}
          onOpened={onAdding}
          chosen={[]}
          options={names.filter((name) => !search[name]).map((name) => ({ value: name, label: t(`filter.${name}`) }))}
          onPick={(name) => {
            if (name === 'open') onSearch(withFilter(search, 'open', ['true']));
            // After the menu has given the focus back.
            else setTimeout(() => setOpen(name), 60);
          }}
        >
          <button type="button" onClick={() => onAdding(!adding)}>
            <IconPlus size={14} stroke={1.5} aria-hidden="true" />
            {t('filter.add')}
          </button>
        </Picker>
      </span>
    </>
  );
}

function TextFilter({ value, onValue, inputRef }: { value: string; onValue(q: string): void; inputRef: Ref<HTMLInputElement> }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const settled = useDebounced(text, 250);
  const [sent, setSent] = useState(value);
  useEffect(() => {
    // The address changed elsewhere (back, a link): the field follows.
    if (value !== sent) {
      setText(value);
      setSent(value);
    }
  }, [value, sent]);
  const settle = () => {
    if (text === sent) return;
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

function FilterChip({ name, values, onValues, opened, onOpened }: { name: FilterName; values: string[]; onValues(values: string[]): void; opened: boolean; onOpened(opened: boolean): void }) {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const { options, many, search, loading } = useOptions(name, q);
  const chosen = values.map((v) => options.find((o) => o.value === v) ?? { value: v, label: t('ui.loading'), icon: undefined });
  const icons = chosen.filter((o) => o.icon).slice(0, 3);
  const words = chosen.length === 0 ? t('filter.choose') : chosen.length === 1 ? chosen[0]!.label : String(chosen.length);
  if (name === 'open') {
    return (
      <span className="chip">
        <button type="button" onClick={() => onValues([])}>
          <b>{t('filter.open_value')}</b>
        </button>
        <Remove name={t('filter.open')} onClick={() => onValues([])} />
      </span>
    );
  }
  return (
    <span className="chip">
      <Picker name={t(`filter.${name}`)} options={options} chosen={values} many={many} search={search} onSearch={name === 'assignee' ? setQ : undefined} loading={loading} opened={opened} onOpened={onOpened} onPick={(_, next) => onValues(next)}>
        <button type="button" onClick={() => onOpened(!opened)} aria-haspopup="listbox">
          <span className="second">{t(`filter.${name}`)}</span>
          {chosen.length > 1 && <span className="muted">{t('filter.any_of')}</span>}
          <b>
            {icons.map((o) => (
              <span key={o.value}>{o.icon}</span>
            ))}
            <span className="ellipsis">{words}</span>
          </b>
        </button>
      </Picker>
      <Remove name={t(`filter.${name}`)} onClick={() => onValues([])} />
    </span>
  );
}

function Remove({ name, onClick }: { name: string; onClick(): void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="chip-x" aria-label={t('filter.remove', { name })} onClick={onClick}>
      <IconX size={12} stroke={1.5} aria-hidden="true" />
    </button>
  );
}

function useOptions(name: FilterName, q: string): { options: Option<string>[]; many: boolean; search: boolean; loading?: boolean } {
  const { t } = useTranslation();
  const me = useMe();
  const projects = useProjects();
  const tags = useTags();
  const settled = useDebounced(q, 200);
  const people = usePeople(settled, { enabled: name === 'assignee' });
  switch (name) {
    case 'status':
      return { many: true, search: false, options: STATUSES.map((s: Status) => ({ value: s, label: t(`status.${s}`), icon: <StatusIcon status={s} size={14} /> })) };
    case 'priority':
      return { many: true, search: false, options: PRIORITIES.map((p: Priority) => ({ value: p, label: t(`priority.${p}`), icon: <PriorityIcon priority={p} size={14} /> })) };
    case 'assignee':
      return {
        many: true,
        search: true,
        loading: people.isFetching || settled !== q,
        options: [
          { value: 'me', label: t('filter.me'), icon: <Avatar person={me} size={16} /> },
          { value: 'none', label: t('field.nobody') },
          ...(people.data ?? []).map((p) => ({ value: String(p.id), label: p.name, icon: <Avatar person={p} size={16} /> })),
        ],
      };
    case 'project':
      return { many: true, search: true, options: (projects.data ?? []).map((p) => ({ value: String(p.id), label: p.name, icon: <ProjectMark project={p} />, hint: p.key })) };
    case 'tag':
      return { many: true, search: true, options: (tags.data ?? []).map((tag) => ({ value: String(tag.id), label: tag.name, icon: <Dot color={tag.color} /> })) };
    case 'due':
      return { many: false, search: false, options: DUE_VALUES.map((v) => ({ value: v, label: t(`filter.due_${v}`) })) };
    case 'show':
      return { many: false, search: false, options: SHOW_VALUES.map((v) => ({ value: v, label: t(`filter.show_${v}`) })) };
    default:
      return { many: false, search: false, options: [{ value: 'true', label: t('filter.open_value') }] };
  }
}
