import { IconMailX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import type { DeadLetter } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useTitle } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { FieldError, TextField } from '../../ui/Field';
import { Page } from '../../ui/Page';
import { Empty, ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import { Ago } from '../../ui/Time';
import './exchange.css';
import { pretty } from './json';
import { useDeadLetters } from './queries';
import { StateSwitch, StatusLine } from './StatusLine';

const STATES = ['open', 'resent', 'discarded'] as const;

export function DeadLetters() {
  const { t } = useTranslation();
  useTitle(t('nav.dead_letters'));
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  const found = useDeadLetters(state);
  const list = found.data?.pages.flatMap((p) => p.items) ?? [];
  const [id, setId] = useState<number | null>(null);
  const current = list.find((d) => d.id === id) ?? list[0];
  const step = (by: number) => {
    const next = list[list.findIndex((d) => d.id === current?.id) + by];
    if (next) setId(next.id);
  };
  useCommands([
    { id: 'list.down', title: 'list.cmd_down', group: 'list', keys: 'KeyJ', quiet: true, run: () => step(1) },
    { id: 'list.up', title: 'list.cmd_up', group: 'list', keys: 'KeyK', quiet: true, run: () => step(-1) },
  ]);
  let body;
  if (found.isPending) body = <LinesSkeleton />;
  else if (found.isError && list.length === 0) body = <ErrorState title={t('exchange.failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else if (!current) body = <Empty title={t('exchange.no_dead')} text={t('exchange.no_dead_text')} />;
  else
    body = (
      <div className="bench">
        <div className="bench-list">
          {list.map((d) => (
            <button key={d.id} type="button" className="bench-item" aria-current={d.id === current.id} onClick={() => setId(d.id)}>
              <span className="line">
                <IconMailX size={14} stroke={1.5} className={d.state === 'open' ? 'danger' : 'muted'} aria-hidden="true" />
                <span className="ellipsis" style={{ fontWeight: 500 }}>
                  {d.detail}
                </span>
              </span>
              <span className="line small muted">
                <span className="mono ellipsis">{d.code}</span>
                <span className="grow" />
                <Ago at={d.created_at} />
              </span>
            </button>
          ))}
          {found.hasNextPage && (
            <Button kind="quiet" onClick={() => void found.fetchNextPage()}>
              {t('ui.more')}
            </Button>
          )}
        </div>
        <Detail key={current.id} letter={current} />
      </div>
    );
  return (
    <Page title={t('nav.dead_letters')} toolbar={<><StateSwitch values={STATES} value={state} onValue={(v) => setState(v)} prefix="exchange.dead_state" /><span className="grow" /><StatusLine /></>}>
      {body}
    </Page>
  );
}

function Detail({ letter: listed }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const full = useQuery({ queryKey: ['dead-letter', listed.id], queryFn: () => api.exchange.deadLetter(listed.id), initialData: listed });
  const letter = full.data;
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const [reason, setReason] = useState('');
  const shown = text ?? pretty(letter.payload);
  const open = letter.state === 'open';
  const done = (message: string) => {
    showToast({ kind: 'done', text: message });
    void client.invalidateQueries({ queryKey: ['dead-letters'] });
    void client.invalidateQueries({ queryKey: ['dead-letter', letter.id] });
    void client.invalidateQueries({ queryKey: ['exchange-status'] });
  };
  const run = async (work: () => Promise<DeadLetter>, message: string) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      setDiscarding(false);
      done(message);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const resend = () => void run(() => api.exchange.resend(letter.id, text === null ? undefined : text), t('exchange.resent'));
  useCommands(open ? [{ id: 'dead.resend', title: 'exchange.resend', group: 'list', keys: 'Mod+Enter', run: resend }] : []);
  return (
    <div className="bench-main">
      <div>
        <h2>{letter.detail}</h2>
        <p className="mono small muted">
          {letter.code} {letter.pointer}
        </p>
      </div>
      <textarea className="input payload" spellCheck={false} readOnly={!open} aria-label={t('exchange.payload')} value={shown} onChange={(e) => setText(e.target.value)} />
      {problem && <FieldError>{[words(problem), ...(problem.body.errors ?? []).map((e) => `${e.pointer}: ${e.detail}`)].join(' · ')}</FieldError>}
      <dl className="facts">
        <dt>{t('exchange.topic')}</dt>
        <dd className="mono">{letter.topic}</dd>
        {letter.offset !== null && (
          <>
            <dt>{t('exchange.offset')}</dt>
            <dd className="mono">
              {letter.partition} / {letter.offset}
            </dd>
          </>
        )}
        {letter.key && (
          <>
            <dt>{t('exchange.key')}</dt>
            <dd className="mono">{letter.key}</dd>
          </>
        )}
        {letter.source && (
          <>
            <dt>{t('exchange.source')}</dt>
            <dd>{letter.source}</dd>
          </>
        )}
        <dt>{t('exchange.attempts')}</dt>
        <dd>{letter.attempts}</dd>
        {Object.entries(letter.headers ?? {}).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt className="mono">{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
        {letter.resolved_at && (
          <>
            <dt>{t(`exchange.dead_state.${letter.state}`)}</dt>
            <dd>
              {letter.resolved_by?.name} <Ago at={letter.resolved_at} /> {letter.reason}
            </dd>
          </>
        )}
      </dl>
      {open && (
        <div className="bench-foot">
          <Button kind="primary" keys="Mod+Enter" disabled={busy} onClick={resend}>
            {t(text === null ? 'exchange.resend' : 'exchange.fix_resend')}
          </Button>
          {text !== null && <Button onClick={() => setText(null)}>{t('exchange.original')}</Button>}
          <span className="grow" />
          <Button kind="danger" onClick={() => setDiscarding(true)}>
            {t('exchange.discard')}
          </Button>
        </div>
      )}
      {discarding && (
        <Dialog
          title={t('exchange.discard')}
          onClose={() => setDiscarding(false)}
          width={460}
          foot={
            <>
              <span className="grow" />
              <Button onClick={() => setDiscarding(false)}>{t('ui.cancel')}</Button>
              <Button kind="danger" disabled={!reason.trim() || busy} onClick={() => void run(() => api.exchange.discard(letter.id, reason.trim()), t('exchange.discarded'))}>
                {t('exchange.discard')}
              </Button>
            </>
          }
        >
          <TextField label={t('exchange.reason')} data-autofocus value={reason} error={problem?.at('/reason')} onChange={(e) => setReason(e.target.value)} />
        </Dialog>
      )}
    </div>
  );
}
