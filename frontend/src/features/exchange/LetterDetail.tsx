import { IconAlertTriangle, IconArrowRight, IconCircleCheck, IconMailX, IconPencil } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { asProblem } from '../../api/problem';
import type { DeadLetter } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { FieldError, TextField } from '../../ui/Field';
import { useProblemText } from '../../ui/states';
import { Ago } from '../../ui/Time';
import { type Cause, fieldOf, useCauseWords } from './causes';
import { complaintAt, hexLines, locate, pretty, replaceAt, valueAt } from './json';
import { textOf, useFieldName, WireValue } from './Value';
import { WireEditor } from './WireEditor';

const VIEWS = ['form', 'json', 'bytes'] as const;
type View = (typeof VIEWS)[number];
/** How many letters of a cause are mended in one go. */
const AT_ONCE = 50;

export function LetterDetail({ cause, onStep }: { cause: Cause; onStep(by: number): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const causeWords = useCauseWords();
  const fieldName = useFieldName();
  const letters = cause.letters;
  const [id, setId] = useState(letters[0]!.id);
  const letter = letters.find((l) => l.id === id) ?? letters[0]!;
  const open = letter.state === 'open';
  const field = fieldOf(letter);
  const formed = open && letter.pointer !== null && locate(letter.payload, letter.pointer) !== null;
  const [view, setView] = useState<View>('form');
  /** The value that replaces the wrong one; undefined: not given yet. */
  const [mended, setMended] = useState<unknown>(undefined);
  const [text, setText] = useState<string | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [answers, setAnswers] = useState<Record<number, string>>({});
  const [discarding, setDiscarding] = useState(false);
  const [reason, setReason] = useState('');
  const busy = progress !== null;
  const { title, expected } = causeWords(letter);
  const similar = formed ? letters.slice(0, AT_ONCE) : [letter];

  const payloadOf = (one: DeadLetter): string | undefined => {
    if (one.id === letter.id && text !== null) return text;
    return mended !== undefined && one.pointer ? (replaceAt(one.payload, one.pointer, mended) ?? undefined) : undefined;
  };
  const run = async (list: DeadLetter[], work: (one: DeadLetter) => Promise<unknown>, told: (count: number) => string) => {
    if (busy) return;
    setAnswers({});
    const failed: Record<number, string> = {};
    for (const [i, one] of list.entries()) {
      setProgress(i);
      try {
        await work(one);
      } catch (error) {
        const problem = asProblem(error);
        failed[one.id] = (problem.body.errors ?? []).map((e) => `${e.pointer.replace('/payload', '') || '/'}: ${e.detail}`).join(' · ') || words(problem);
      }
    }
    setProgress(null);
    setAnswers(failed);
    const done = list.length - Object.keys(failed).length;
    if (done > 0) showToast({ kind: 'done', text: told(done) });
    if (done === letters.length) onStep(1);
    void client.invalidateQueries({ queryKey: ['dead-letters'] });
    void client.invalidateQueries({ queryKey: ['exchange-status'] });
    void client.invalidateQueries({ queryKey: ['tasks'] });
  };
  const send = (list: DeadLetter[]) => void run(list, (one) => api.exchange.resend(one.id, payloadOf(one)), (count) => t('exchange.resent', { count }));
  const discard = (list: DeadLetter[]) => {
    setDiscarding(false);
    void run(list, (one) => api.exchange.discard(one.id, reason.trim()), (count) => t('exchange.discarded', { count }));
  };
  useCommands(
    open
      ? [
          { id: 'dead.resend', title: mended === undefined && text === null ? 'exchange.resend' : 'exchange.fix_resend', group: 'list', keys: 'Mod+Enter', run: () => send([letter]) },
          ...(similar.length > 1 ? [{ id: 'dead.resend_all', title: 'exchange.resend_all', titleArgs: { count: similar.length }, group: 'list' as const, run: () => send(similar) }] : []),
          { id: 'dead.discard', title: 'exchange.discard', group: 'list', run: () => setDiscarding(true) },
          ...VIEWS.map((v) => ({ id: `dead.view.${v}`, title: 'exchange.cmd_show', titleArgs: { name: t(`exchange.view.${v}`) }, group: 'view' as const, run: () => setView(v) })),
        ]
      : [],
  );
  const shown = text ?? (mended !== undefined && letter.pointer ? (replaceAt(letter.payload, letter.pointer, mended) ?? letter.payload) : letter.payload);
  return (
    <>
      <div className="bench-main">
        <header className="dl-head">
          <IconMailX size={20} stroke={1.5} className={open ? 'danger' : 'muted'} aria-hidden="true" />
          <div className="grow">
            <h2>{title}</h2>
            <p className="second">
              {letter.pointer && <span className="mono">{letter.pointer}</span>} {letter.pointer && '· '}
              {expected}
            </p>
          </div>
          <span className="seg" role="group" aria-label={t('exchange.view_of')}>
            {VIEWS.map((v) => (
              <button key={v} type="button" data-command={`dead.view.${v}`} aria-pressed={v === view} onClick={() => setView(v)}>
                {t(`exchange.view.${v}`)}
              </button>
            ))}
          </span>
        </header>
        {view === 'form' && <Message text={shown} pointer={letter.pointer} detail={letter.detail} mended={mended !== undefined || text !== null} />}
        {view === 'json' && <textarea className="input payload" spellCheck={false} readOnly={!open} aria-label={t('exchange.payload')} value={text ?? pretty(shown)} onChange={(e) => setText(e.target.value)} />}
        {view === 'bytes' && <pre className="payload-view hex">{hexLines(letter.payload_base64 ?? '').join('\n')}</pre>}
        {answers[letter.id] && <FieldError>{answers[letter.id]}</FieldError>}
        {formed && view === 'form' && text === null && (
          <section className="dl-form">
            <h3 className="bench-h3">{t('exchange.replace', { name: fieldName(field) })}</h3>
            <div className="dl-replace">
              <del className="cf-del">{textOf(valueAt(letter.payload, letter.pointer)) || '∅'}</del>
              <IconArrowRight size={16} stroke={1.5} className="muted" aria-hidden="true" />
              <span className="grow">
                <WireEditor field={field} label={t('exchange.replace', { name: fieldName(field) })} value={mended === undefined ? '' : mended} onValue={setMended} />
              </span>
            </div>
          </section>
        )}
        {text !== null && open && (
          <div>
            <Button onClick={() => setText(null)}>{t('exchange.original')}</Button>
          </div>
        )}
        {letters.length > 1 && (
          <section>
            <h3 className="bench-h3">
              {t('exchange.similar', { count: letters.length })} {Object.keys(answers).length > 0 && <span className="warn">{t('exchange.remained', { count: Object.keys(answers).length })}</span>}
            </h3>
            <ul className="dl-similar">
              {letters.slice(0, AT_ONCE).map((one) => (
                <li key={one.id}>
                  <button type="button" aria-current={one.id === letter.id} onClick={() => (setId(one.id), setText(null))}>
                    {answers[one.id] ? <IconAlertTriangle size={16} stroke={1.5} className="warn" aria-hidden="true" /> : one.state === 'resent' ? <IconCircleCheck size={16} stroke={1.5} className="ok" aria-hidden="true" /> : mended !== undefined ? <IconPencil size={16} stroke={1.5} className="muted" aria-hidden="true" /> : <IconMailX size={16} stroke={1.5} className="muted" aria-hidden="true" />}
                    <span className="mono nowrap">{one.key || '—'}</span>
                    <span className="grow ellipsis second">{answers[one.id] ?? textOf(valueAt(one.payload, '/data/name'))}</span>
                    {mended !== undefined && !answers[one.id] && (
                      <span className="row-flex small">
                        {fieldName(field)} <IconArrowRight size={12} stroke={1.5} aria-hidden="true" /> <WireValue field={field} value={mended} />
                      </span>
                    )}
                    <span className="small muted act-when">
                      <Ago at={one.created_at} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        {open && (
          <footer className="bench-foot">
            <Button kind="primary" keys="Mod+Enter" command="dead.resend" disabled={busy} onClick={() => send([letter])}>
              {t(mended === undefined && text === null ? 'exchange.resend' : 'exchange.fix_resend')}
            </Button>
            {similar.length > 1 && (
              <Button command="dead.resend_all" disabled={busy || mended === undefined} onClick={() => send(similar)}>
                {t('exchange.resend_all', { count: similar.length })}
              </Button>
            )}
            {busy && (
              <span className="second" role="status">
                {t('exchange.progress', { done: progress, count: similar.length })}
              </span>
            )}
            <span className="grow" />
            <Button kind="danger" command="dead.discard" disabled={busy} onClick={() => setDiscarding(true)}>
              {t('exchange.discard')}
            </Button>
          </footer>
        )}
        {discarding && (
          <Dialog
            title={t('exchange.discard')}
            onClose={() => setDiscarding(false)}
            width={460}
            foot={
              <>
                {letters.length > 1 && (
                  <Button kind="danger" disabled={!reason.trim()} onClick={() => discard(letters.slice(0, AT_ONCE))}>
                    {t('exchange.discard_all', { count: Math.min(AT_ONCE, letters.length) })}
                  </Button>
                )}
                <span className="grow" />
                <Button onClick={() => setDiscarding(false)}>{t('ui.cancel')}</Button>
                <Button kind="danger" disabled={!reason.trim()} onClick={() => discard([letter])}>
                  {t('exchange.discard')}
                </Button>
              </>
            }
          >
            <p className="second">{t('exchange.discard_text')}</p>
            <TextField label={t('exchange.reason')} data-autofocus maxLength={1000} value={reason} onChange={(e) => setReason(e.target.value)} />
          </Dialog>
        )}
      </div>
      <Facts letter={letter} />
    </>
  );
}

/** The message with its lines numbered and the place of the mistake marked. */
function Message({ text, pointer, detail, mended }: { text: string; pointer: string | null; detail: string; mended: boolean }) {
  const { t } = useTranslation();
  const { lines, from, to } = useMemo(() => {
    const shown = pretty(text);
    const place = pointer ? locate(shown, pointer) : null;
    const stop = place ? null : complaintAt(shown, detail);
    return { lines: shown.split('\n').slice(0, 400), from: place?.[0] ?? stop ?? -1, to: place?.[1] ?? (stop === null ? -1 : stop + 1) };
  }, [text, pointer, detail]);
  let at = 0;
  return (
    <ol className="payload-view" aria-label={t('exchange.payload')} tabIndex={0}>
      {lines.map((line, i) => {
        const start = at;
        at += line.length + 1;
        const a = Math.max(0, from - start);
        const b = Math.min(line.length, to - start);
        const hit = from >= 0 && from <= start + line.length && to > start;
        return (
          <li key={i} data-hit={hit ? (mended ? 'mended' : 'wrong') : undefined}>
            {hit ? (
              <>
                {line.slice(0, a)}
                <mark className={mended ? 'cf-ins' : 'wavy'}>{line.slice(a, b) || ' '}</mark>
                {line.slice(Math.max(a, b))}
              </>
            ) : (
              line || ' '
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** Where the message came from. */
function Facts({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const known: [string, string | null | undefined][] = [
    ['topic', letter.topic],
    ['offset', letter.offset === null ? null : `${letter.partition} / ${letter.offset}`],
    ['key', letter.key],
    ['event', textOf(valueAt(letter.payload, '/event_id')) || null],
    ['type', textOf(valueAt(letter.payload, '/event_type')) || null],
    ['source', letter.source],
    ['code', letter.code],
  ];
  return (
    <aside className="bench-side" aria-label={t('exchange.about')}>
      <dl className="facts">
        {known.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{t(`exchange.${name}`)}</dt>
                <dd className="mono" title={value}>
                  {value}
                </dd>
              </div>
            ),
        )}
        {Object.entries(letter.headers ?? {}).map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <h3 className="bench-h3">{t('exchange.tries')}</h3>
      <ul className="tries">
        <li>
          <IconMailX size={14} stroke={1.5} className="danger" aria-hidden="true" />
          <span className="grow">{t('exchange.try_first')}</span>
          <Ago at={letter.created_at} />
        </li>
        {letter.attempts - (letter.state === 'resent' ? 2 : 1) > 0 && (
          <li>
            <IconAlertTriangle size={14} stroke={1.5} className="warn" aria-hidden="true" />
            <span className="grow">{t('exchange.try_more', { count: letter.attempts - (letter.state === 'resent' ? 2 : 1) })}</span>
          </li>
        )}
        {letter.resolved_at && (
          <li>
            {letter.state === 'resent' ? <IconCircleCheck size={14} stroke={1.5} className="ok" aria-hidden="true" /> : <IconMailX size={14} stroke={1.5} className="muted" aria-hidden="true" />}
            <span className="grow">
              {t(`exchange.try_${letter.state}`)}
              {letter.resolved_by && ` · ${letter.resolved_by.name}`}
              {letter.state === 'discarded' && letter.reason && <span className="second"> «{letter.reason}»</span>}
            </span>
            <Ago at={letter.resolved_at} />
          </li>
        )}
      </ul>
    </aside>
  );
}
