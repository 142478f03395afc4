import { IconArrowLeft, IconSettings2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../lib/commands';
import { usePhone, useTitle } from '../../lib/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Page } from '../../ui/Page';
import { ErrorState, LinesSkeleton } from '../../ui/states';
import './exchange.css';
import { useExchangeLine } from './queries';

export interface BenchSearch {
  state?: string;
  id?: number;
}
interface Loaded {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch(): unknown;
  fetchNextPage(): unknown;
}
interface Props<T extends { id: number }, S extends string> {
  title: string;
  states: readonly S[];
  state: S;
  stateWord(state: S): string;
  search: BenchSearch;
  onSearch(next: BenchSearch): void;
  found: Loaded;
  items: T[];
  row(item: T): ReactNode;
  empty: ReactNode;
  note?: string;
  actions?: ReactNode;
  detail(item: T, step: (by: number) => void): ReactNode;
}

/** The frame of both inboxes of the exchange: states, the list at the left, one thing at the right; on a phone one after the other. */
export function Bench<T extends { id: number }, S extends string>({ title, states, state, stateWord, search, onSearch, found, items, row, empty, note, actions, detail }: Props<T, S>) {
  const { t } = useTranslation();
  useTitle(title);
  const phone = usePhone();
  const list = useRef<HTMLDivElement>(null);
  const chosen = items.find((x) => x.id === search.id);
  const current = chosen ?? (phone ? undefined : items[0]);
  const show = (id: number | undefined) => onSearch({ ...search, id });
  const step = (by: number) => {
    const next = items[items.findIndex((x) => x.id === current?.id) + by];
    if (next) show(next.id);
  };
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current?.id]);
  useCommands([
    { id: 'list.down', title: 'list.cmd_down', group: 'list', keys: 'KeyJ', quiet: true, run: () => step(1) },
    { id: 'list.up', title: 'list.cmd_up', group: 'list', keys: 'KeyK', quiet: true, run: () => step(-1) },
    ...states.map((value) => ({ id: `exchange.state.${value}`, title: 'exchange.cmd_show', titleArgs: { name: stateWord(value) }, group: 'list' as const, run: () => onSearch({ state: value }) })),
  ]);
  let body;
  if (found.isPending) body = <LinesSkeleton />;
  else if (found.isError && items.length === 0) body = <ErrorState title={t('exchange.failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else if (items.length === 0) body = empty;
  else
    body = (
      <div className="bench" data-single={phone || undefined}>
        {(!phone || !current) && (
          <div className="bench-list" ref={list}>
            {items.map((item) => (
              <button key={item.id} type="button" className="bench-item" aria-current={item.id === current?.id} onClick={() => show(item.id)}>
                {row(item)}
              </button>
            ))}
            {found.hasNextPage && (
              <Button kind="quiet" className="bench-more" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t('ui.more')}
              </Button>
            )}
            {note && <p className="bench-note">{note}</p>}
          </div>
        )}
        {current && detail(current, step)}
      </div>
    );
  return (
    <Page
      lead={phone && chosen && <IconButton name={t('ui.back')} icon={<IconArrowLeft size={20} stroke={1.5} />} onClick={() => show(undefined)} />}
      title={<Crumb title={title} />}
      actions={
        <>
          {actions}
          <Link to="/exchange/rules" className="btn btn-quiet" data-command="go.rules">
            <IconSettings2 size={16} stroke={1.5} aria-hidden="true" />
            {t('exchange.rules')}
          </Link>
        </>
      }
      toolbar={
        phone && chosen ? undefined : (
          <>
            <span className="seg" role="group" aria-label={t('exchange.state_of')}>
              {states.map((value) => (
                <button key={value} type="button" data-command={`exchange.state.${value}`} aria-pressed={value === state} onClick={() => onSearch({ state: value })}>
                  {stateWord(value)}
                </button>
              ))}
            </span>
            <span className="grow" />
            <StatusLine />
          </>
        )
      }
    >
      {body}
    </Page>
  );
}

/** "Exchange / this page"; on a phone the page alone. */
export function Crumb({ title }: { title: string }) {
  const { t } = useTranslation();
  return (
    <span className="bench-crumb">
      <span className="bench-crumb-up">{t('nav.exchange')} /</span> {title}
    </span>
  );
}

/** How the exchange is doing, in one line. */
export function StatusLine() {
  const { t } = useTranslation();
  const { data } = useExchangeLine();
  if (!data) return null;
  return (
    <div className="status-line">
      <span className={data.kafka === 'down' ? 'danger' : undefined}>{t(`exchange.kafka_${data.kafka}`)}</span>
      <span className={data.relay.lag > 0 ? 'warn' : undefined}>{t('exchange.unsent', { count: data.relay.lag })}</span>
      <span>{t('exchange.applied', { count: data.inbound.applied })}</span>
      {data.inbound.parked > 0 && <span className="warn">{t('exchange.parked', { count: data.inbound.parked })}</span>}
    </div>
  );
}
