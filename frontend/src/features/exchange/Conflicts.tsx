import { IconGitMerge } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { asProblem } from '../../api/problem';
import type { Conflict } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { merge3 } from '../../lib/diff';
import { useTitle } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Diff } from '../../ui/Diff';
import { Check } from '../../ui/Field';
import { Kbd } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Empty, ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import { StatusIcon } from '../../ui/StatusIcon';
import { Ago } from '../../ui/Time';
import './exchange.css';
import { useConflicts } from './queries';
import { StateSwitch, StatusLine } from './StatusLine';

const STATES = ['open', 'resolved', 'any'] as const;

export function Conflicts() {
  const { t, i18n } = useTranslation();
  useTitle(t('nav.conflicts'));
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const found = useConflicts(state);
  const list = found.data?.pages.flatMap((p) => p.items) ?? [];
  const [id, setId] = useState<number | null>(null);
  const current = list.find((c) => c.id === id) ?? list[0];
  const fieldName = (name: string) => (i18n.exists(`field.${name}`) ? t(`field.${name}`) : name);
  const step = (by: number) => {
    const at = list.findIndex((c) => c.id === current?.id);
    const next = list[at + by];
    if (next) setId(next.id);
  };
  useCommands([
    { id: 'list.down', title: 'list.cmd_down', group: 'list', keys: 'KeyJ', quiet: true, run: () => step(1) },
    { id: 'list.up', title: 'list.cmd_up', group: 'list', keys: 'KeyK', quiet: true, run: () => step(-1) },
    { id: 'conflict.later', title: 'exchange.later', group: 'list', keys: 'KeyN', run: () => step(1) },
  ]);
  let body;
  if (found.isPending) body = <LinesSkeleton />;
  else if (found.isError && list.length === 0) body = <ErrorState title={t('exchange.failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else if (!current) body = <Empty title={t('exchange.no_conflicts')} text={t('exchange.no_conflicts_text')} />;
  else
    body = (
      <div className="bench">
        <div className="bench-list">
          {list.map((c) => (
            <button key={c.id} type="button" className="bench-item" aria-current={c.id === current.id} onClick={() => setId(c.id)}>
              <span className="line small second">
                <StatusIcon status={c.task.status} size={14} />
                {c.task.key}
                <span className="grow" />
                <Ago at={c.created_at} />
              </span>
              <span className="line">
                <span className="ellipsis">{c.task.title}</span>
              </span>
              <span className={`line small ${c.outcome === 'open' ? 'warn' : 'muted'}`}>
                <IconGitMerge size={14} stroke={1.5} aria-hidden="true" />
                {fieldName(c.field)}
              </span>
            </button>
          ))}
          {found.hasNextPage && (
            <Button kind="quiet" onClick={() => void found.fetchNextPage()}>
              {t('ui.more')}
            </Button>
          )}
        </div>
        <Detail key={current.id} conflict={current} onDone={() => step(1)} />
      </div>
    );
  return (
    <Page title={t('nav.conflicts')} toolbar={<><StateSwitch values={STATES} value={state} onValue={(v) => setState(v)} prefix="exchange.conflict_state" /><span className="grow" /><StatusLine /></>}>
      {body}
    </Page>
  );
}

type Choice = 'ours' | 'theirs' | 'value';
const show = (value: unknown) => (value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

function Detail({ conflict, onDone }: { conflict: Conflict; onDone(): void }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const [choice, setChoice] = useState<Choice | null>(null);
  const [busy, setBusy] = useState(false);
  const texts = [conflict.base, conflict.ours, conflict.theirs].every((v) => typeof v === 'string');
  const merged = texts ? merge3(String(conflict.base), String(conflict.ours), String(conflict.theirs)) : null;
  const [value, setValue] = useState(merged ?? show(conflict.ours));
  const open = conflict.outcome === 'open';
  const resolve = async () => {
    if (!choice || busy) return;
    setBusy(true);
    try {
      await api.exchange.resolve(conflict.id, choice === 'value' ? { choice, value } : { choice });
      showToast({ kind: 'done', text: t('exchange.resolved', { key: conflict.task.key }) });
      onDone();
      void client.invalidateQueries({ queryKey: ['conflicts'] });
      void client.invalidateQueries({ queryKey: ['exchange-status'] });
      void client.invalidateQueries({ queryKey: ['task', conflict.task.key] });
    } catch (error) {
      showToast({ kind: 'error', text: t('exchange.not_resolved'), detail: words(error), requestId: asProblem(error).requestId });
    } finally {
      setBusy(false);
    }
  };
  useCommands(
    open
      ? [
          { id: 'conflict.ours', title: 'exchange.choose_ours', group: 'list', keys: 'Digit2', run: () => setChoice('ours') },
          { id: 'conflict.theirs', title: 'exchange.choose_theirs', group: 'list', keys: 'Digit3', run: () => setChoice('theirs') },
          { id: 'conflict.value', title: 'exchange.choose_value', group: 'list', keys: 'Digit4', run: () => setChoice('value') },
          { id: 'conflict.save', title: 'exchange.apply', group: 'list', keys: 'Mod+Enter', run: () => void resolve() },
        ]
      : [],
  );
  const fieldKey = `field.${conflict.field}`;
  const long = (v: unknown) => (texts && show(v) !== show(conflict.base) ? <Diff before={show(conflict.base)} after={show(v)} whole /> : show(v) || <span className="muted">{t('history.nothing')}</span>);
  return (
    <div className="bench-main">
      <div>
        <h2>
          <Link to="/tasks/$key" params={{ key: conflict.task.key }}>
            {conflict.task.key}
          </Link>{' '}
          {conflict.task.title}
        </h2>
        <p className="second">
          {i18n.exists(fieldKey) ? t(fieldKey) : conflict.field} <span className="mono small muted">{conflict.field}</span> · {t('exchange.both_changed', { source: conflict.source })}
        </p>
      </div>
      <div className="sides">
        <div className="side-col">
          <span className="side-col-head">
            {t('exchange.base')} <Kbd>1</Kbd>
          </span>
          <span style={{ whiteSpace: 'pre-wrap' }}>{show(conflict.base) || <span className="muted">{t('history.nothing')}</span>}</span>
        </div>
        {(['ours', 'theirs'] as const).map((side, i) => (
          <div key={side} className="side-col" data-on={choice === side || (!open && conflict.outcome === side)}>
            <span className="side-col-head">
              {open ? <Check type="radio" name="choice" label={t(`exchange.${side}`)} checked={choice === side} onChange={() => setChoice(side)} /> : t(`exchange.${side}`)}
              <Kbd>{i + 2}</Kbd>
            </span>
            <span style={{ whiteSpace: 'pre-wrap' }}>{long(conflict[side])}</span>
          </div>
        ))}
      </div>
      {open ? (
        <>
          <div className="row-flex">
            <Check type="radio" name="choice" label={t(merged !== null ? 'exchange.merged' : 'exchange.own')} checked={choice === 'value'} onChange={() => setChoice('value')} />
            <span className="grow" />
            <Kbd>4</Kbd>
          </div>
          <textarea className="input" rows={texts && value.length > 80 ? 6 : 2} aria-label={t('exchange.own')} value={value} onFocus={() => setChoice('value')} onChange={(e) => setValue(e.target.value)} />
          <div className="bench-foot">
            <Button kind="primary" keys="Mod+Enter" disabled={!choice || busy} onClick={() => void resolve()}>
              {t('exchange.apply')}
            </Button>
            <Button kind="quiet" keys="KeyN" onClick={onDone}>
              {t('exchange.later')}
            </Button>
          </div>
        </>
      ) : (
        <p className="second">
          {t(`exchange.outcome_${conflict.outcome}`)}
          {conflict.resolved_by && ` · ${conflict.resolved_by.name}`}
          {conflict.resolved_at && (
            <>
              {' · '}
              <Ago at={conflict.resolved_at} />
            </>
          )}
        </p>
      )}
    </div>
  );
}
