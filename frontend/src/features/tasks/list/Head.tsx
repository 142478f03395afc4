import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Check } from '../../../ui/Field';
import { DEFAULT_SORT, nextSort, type SortField } from '../filters';

interface Props {
  sort: string | undefined;
  onSort(sort: string | undefined): void;
  all: boolean;
  some: boolean;
  onAll(): void;
}

export function Head({ sort, onSort, all, some, onAll }: Props) {
  const { t } = useTranslation();
  const now = sort ?? DEFAULT_SORT;
  const column = (field: SortField, label: string, className = '') => {
    const on = now.replace('-', '') === field;
    const down = now.startsWith('-');
    return (
      <div role="columnheader" className={`cell ${className}`} aria-sort={on ? (down ? 'descending' : 'ascending') : 'none'}>
        <button type="button" onClick={() => onSort(nextSort(sort, field))} title={t('list.sort_by', { name: label })}>
          <span className="ellipsis">{label}</span>
          {on && (down ? <IconArrowDown size={12} stroke={1.5} aria-hidden="true" /> : <IconArrowUp size={12} stroke={1.5} aria-hidden="true" />)}
        </button>
      </div>
    );
  };
  return (
    <div role="row" aria-rowindex={1} className="thead">
      <div role="columnheader" className="cell cell-check">
        <Check
          hideLabel
          label={t('list.select_all')}
          checked={all}
          ref={(el: HTMLInputElement | null) => {
            if (el) el.indeterminate = some && !all;
          }}
          onChange={onAll}
        />
      </div>
      <div role="columnheader" className="cell" aria-sort={now.endsWith('priority') ? (now.startsWith('-') ? 'descending' : 'ascending') : 'none'}>
        <button type="button" aria-label={t('list.sort_by', { name: t('field.priority') })} title={t('list.sort_by', { name: t('field.priority') })} onClick={() => onSort(nextSort(sort, 'priority'))} style={{ minWidth: 24 }}>
          {now === 'priority' ? <IconArrowUp size={12} stroke={1.5} /> : now === '-priority' ? <IconArrowDown size={12} stroke={1.5} /> : '!'}
        </button>
      </div>
      {column('key', t('field.key'))}
      {column('title', t('field.task'))}
      <div role="columnheader" className="cell">
        {t('field.people')}
      </div>
      {column('due_date', t('field.due_date'))}
      {column('updated_at', t('field.updated_at'), 'col-updated')}
    </div>
  );
}
