import { Popover } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Option, PickerProps } from './Picker';

export function PickerDrop<V>(props: PickerProps<V>) {
  return (
    <Popover
      opened={props.opened}
      onChange={props.onOpened}
      position={props.position ?? 'bottom-start'}
      offset={4}
      trapFocus
      returnFocus
      withinPortal
      transitionProps={{ duration: 80 }}
      classNames={{ dropdown: 'menu' }}
    >
      <Popover.Target>{props.children}</Popover.Target>
      <Popover.Dropdown aria-label={props.name}>{props.opened && <List {...props} />}</Popover.Dropdown>
    </Popover>
  );
}

function List<V>({ name, options, chosen, many, onPick, search, onSearch, loading, onOpened, footer }: PickerProps<V>) {
  const { t } = useTranslation();
  const id = useId();
  const [q, setQ] = useState('');
  const needle = q.trim().toLowerCase();
  const local = needle ? options.filter((o) => o.label.toLowerCase().includes(needle)) : options;
  // What the server found by other means than the name shows once its answer is there:
  // Enter must never take somebody from the list of an earlier search.
  const shown = onSearch && local.length === 0 && !loading ? options : local;
  const [active, setActive] = useState(() => Math.max(0, options.findIndex((o) => chosen.includes(o.value))));
  const list = useRef<HTMLDivElement>(null);
  const at = Math.min(active, Math.max(0, shown.length - 1));

  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  useEffect(() => {
    if (!search) list.current?.focus();
  }, [search]);

  const pick = (option: Option<V> | undefined) => {
    if (!option || option.disabled) return;
    const has = chosen.includes(option.value);
    onPick(option.value, many ? (has ? chosen.filter((v) => v !== option.value) : [...chosen, option.value]) : [option.value]);
    if (!many) onOpened(false);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((at + step + shown.length) % Math.max(1, shown.length));
    } else if (event.key === 'Home' || event.key === 'End') {
      if (search) return;
      event.preventDefault();
      setActive(event.key === 'Home' ? 0 : shown.length - 1);
    } else if (event.key === 'Enter' || (event.key === ' ' && !search)) {
      event.preventDefault();
      pick(shown[at]);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      onOpened(false);
    } else if (!search && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      pick(shown[Number(event.key) - 1]);
    }
  };
  const activeId = shown[at] ? `${id}-${at}` : undefined;
  return (
    <div className="picker">
      {search && (
        <input
          className="input input-sm picker-search"
          // At once: keys typed right after the opening belong here.
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={activeId}
          aria-label={t('ui.find_in', { name })}
          placeholder={t('ui.find')}
          value={q}
          onKeyDown={onKey}
          onChange={(e) => {
            setQ(e.target.value);
            setActive(0);
            onSearch?.(e.target.value);
          }}
        />
      )}
      <div
        ref={list}
        id={id}
        className="picker-list"
        role="listbox"
        aria-label={name}
        aria-multiselectable={many || undefined}
        aria-busy={loading || undefined}
        aria-activedescendant={search ? undefined : activeId}
        tabIndex={search ? -1 : 0}
        onKeyDown={search ? undefined : onKey}
      >
        {shown.map((option, i) => {
          const on = chosen.includes(option.value);
          return (
            <div
              key={String(option.value)}
              id={`${id}-${i}`}
              role="option"
              className="option"
              aria-selected={on}
              aria-disabled={option.disabled || undefined}
              data-active={i === at}
              onMouseMove={() => setActive(i)}
              onClick={() => pick(option)}
            >
              {option.icon}
              <span className="ellipsis">{option.label}</span>
              <span className="hint">{on ? <IconCheck size={14} stroke={2} /> : option.hint}</span>
            </div>
          );
        })}
        {shown.length === 0 && <div className="picker-empty">{t(loading ? 'ui.loading' : 'ui.nothing_found')}</div>}
      </div>
      {footer}
    </div>
  );
}
