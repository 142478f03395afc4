import { IconAlertCircle, IconCheck, IconLayoutList, IconSubtask, IconTemplate, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { type ApiProblem, asProblem } from '../../../api/problem';
import { useTemplates } from '../../../api/refs';
import { TITLE_MAX } from '../../../api/types';
import { CAP } from '../../../lib/commands';
import { dueWords } from '../../../lib/dates';
import { usePhone } from '../../../lib/hooks';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { FieldError } from '../../../ui/Field';
import { Kbd } from '../../../ui/marks';
import { Picker } from '../../../ui/Picker';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useProblemText } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { keptCreate } from '../offline';
import { refreshLists } from '../queries';
import { bodyOf, draftOf, instantOf, type Made } from './body';
import { LineInput } from './LineInput';
import { linesOf, type Parsed, type Token } from './parse';
import { Notes, Preview } from './Preview';
import { createOpen, dropLine, fullFromLine, line as lineStore, lineFromTemplate, place as placeStore, templateOpen } from './store';
import { useLine } from './useLine';
import './create.css';

interface Result {
  text: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  key?: string;
  why?: string;
}
const NOTHING: Parsed = { title: '', tokens: [], notes: [], collaborators: [], tags: [] };
const icon = { size: 15, stroke: 1.5, 'aria-hidden': true } as const;

/** One line is one task, as it will be saved; many lines are many. */
export function QuickAdd() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const words = useProblemText();
  const phone = usePhone();
  const text = useStore(lineStore);
  const place = useStore(placeStore);
  const kept = useStore(lastProject);
  const picking = useStore(templateOpen);
  const templates = useTemplates();
  const field = useRef<HTMLTextAreaElement>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<Result[] | null>(null);
  const stop = useRef(false);
  // One key for one intent: a retry after a lost answer makes no second task.
  const intents = useRef(new Map<string, string>());

  const many = text.includes('\n');
  const lines = useMemo(() => (many ? linesOf(text) : [text]), [many, text]);
  const line = useLine(text, lines, place.values.parent);
  const { all, known } = line;
  const parsed = all[0] ?? NOTHING;
  const made = useMemo(() => bodyOf(parsed, place, kept), [parsed, place, kept]);

  const type = (next: string) => {
    lineStore.set(next);
    setProblem(null);
    if (results && !busy) setResults(null);
  };
  const send = async (body: Made['body']) => {
    const intent = JSON.stringify(body);
    if (!intents.current.has(intent)) intents.current.set(intent, crypto.randomUUID());
    return api.tasks.create(body, intents.current.get(intent));
  };
  const after = (parent: number | undefined) => {
    refreshLists(client, 0);
    if (parent !== undefined) void client.invalidateQueries({ queryKey: ['task'] });
  };
  const saveOne = async (thenOpen: boolean) => {
    if (!parsed.title || parsed.title.length > TITLE_MAX) return;
    setBusy(true);
    setProblem(null);
    try {
      const task = await send(made.body);
      lastProject.set(task.project.id);
      dropLine();
      after(made.body.parent_id ?? undefined);
      const go = () => void navigate({ to: '/tasks/$key', params: { key: task.key } });
      if (thenOpen) go();
      else showToast({ kind: 'done', text: t('toast.created', { key: task.key }), action: { label: t('ui.open'), run: go } });
    } catch (error) {
      if (await keptCreate(error, intents.current.get(JSON.stringify(made.body))!, made.body)) {
        dropLine();
        showToast({ kind: 'info', text: t('offline.kept') });
        return;
      }
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const saveMany = async () => {
    const todo = lines.map((one, i) => ({ one, parsed: all[i]! }));
    const now: Result[] = todo.map(({ one }) => ({ text: one, state: 'waiting' }));
    const show = (i: number, more: Partial<Result>) => {
      now[i] = { ...now[i]!, ...more };
      setResults([...now]);
    };
    setBusy(true);
    stop.current = false;
    setResults(now);
    for (const [i, item] of todo.entries()) {
      if (stop.current) break;
      if (!item.parsed.title || item.parsed.title.length > TITLE_MAX) {
        show(i, { state: 'failed', why: t(item.parsed.title ? 'quick.too_long' : 'quick.no_title') });
        continue;
      }
      show(i, { state: 'running' });
      try {
        // The number of the line makes two equal lines two tasks.
        const body = bodyOf(item.parsed, place, kept).body;
        const intent = `${i} ${JSON.stringify(body)}`;
        if (!intents.current.has(intent)) intents.current.set(intent, crypto.randomUUID());
        const task = await api.tasks.create(body, intents.current.get(intent));
        show(i, { state: 'done', key: task.key });
      } catch (error) {
        show(i, { state: 'failed', why: words(error) });
      }
    }
    setBusy(false);
    after(place.values.parent?.id);
    const count = now.filter((r) => r.state === 'done').length;
    if (count > 0) showToast({ kind: 'done', text: t('quick.created', { count }) });
    if (count === now.length) return dropLine();
    // What did not work stays, to be mended and tried again.
    lineStore.set(now.filter((r) => r.state !== 'done').map((r) => r.text).join('\n'));
    intents.current.clear();
  };
  const ready = many ? all.some((p) => p.title) : parsed.title !== '' && parsed.title.length <= TITLE_MAX;
  const save = (thenOpen: boolean) => {
    if (busy || !ready) return;
    void (many ? saveMany() : saveOne(thenOpen));
  };
  const full = () => {
    if (many) return;
    fullFromLine(draftOf(parsed, made.body, place));
  };
  const close = () => {
    stop.current = true;
    templateOpen.set(false);
    createOpen.set(false);
  };

  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save((event.ctrlKey || event.metaKey) && !many);
    } else if (event.key === 'Tab' && !event.shiftKey && text.trim() && !many) {
      event.preventDefault();
      full();
    }
  };
  return (
    <Dialog title={t('create.title')} onClose={close} width={720} top={phone ? 0 : 132} bare>
      <div className="qa">
        <div className="create-main">
          {(place.values.parent || place.name) && (
            <div className="qa-context">
              {place.values.parent && (
                <span className="qa-chip">
                  <IconSubtask {...icon} />
                  {t('quick.child_of')} <b className="nowrap">{place.values.parent.key}</b>
                  <span className="ellipsis">{place.values.parent.title}</span>
                </span>
              )}
              {place.name && (
                <span className="qa-chip">
                  <IconTemplate {...icon} />
                  <span className="ellipsis">{place.name}</span>
                </span>
              )}
            </div>
          )}
          <LineInput
            ref={field}
            text={text}
            onText={type}
            line={line}
            tokens={many ? manyTokens(text, all, lines) : parsed.tokens}
            offers={!many}
            autoFocus
            data-autofocus
            aria-label={t('quick.field')}
            aria-describedby="qa-result"
            aria-invalid={problem ? true : undefined}
            placeholder={t('create.title_hint')}
            readOnly={busy}
            onKeyDown={onKey}
          />
          <div id="qa-result" className="qa-result">
            {many || results ? (
              <ManyPreview lines={lines} all={all} results={results} />
            ) : parsed.title || parsed.tokens.length > 0 ? (
              <Preview parsed={parsed} made={made} known={known} />
            ) : (
              <p className="qa-hint">{t(phone ? 'quick.hint_short' : 'quick.hint')}</p>
            )}
          </div>
          {!many && <Notes text={text} parsed={parsed} overruled={made.overruled} typing={line.mark} />}
          {problem && <FieldError>{problem.body.errors?.[0]?.detail ?? words(problem)}</FieldError>}
        </div>
        <div className="dialog-foot">
          {(templates.data?.length ?? 0) > 0 && (
            <Picker
              name={t('create.template')}
              search
              opened={picking}
              onOpened={(opened) => {
                templateOpen.set(opened);
                if (!opened) setTimeout(() => field.current?.focus(), 0);
              }}
              chosen={[]}
              options={templates.data!.map((x) => ({ value: x.id, label: x.name }))}
              onPick={(id) => lineFromTemplate(templates.data!.find((x) => x.id === id)!)}
            >
              <Button kind="quiet" icon={<IconTemplate {...icon} />} onClick={() => templateOpen.set(!picking)}>
                {t('create.template')}
              </Button>
            </Picker>
          )}
          {!many && (
            <Button kind="quiet" icon={<IconLayoutList {...icon} />} onClick={full}>
              {t('quick.full')} {text.trim() && !phone && <Cap>{CAP.tab}</Cap>}
            </Button>
          )}
          {(text.trim() || place.name) && !busy && (
            <Button kind="quiet" icon={<IconX {...icon} />} onClick={dropLine}>
              {t('create.drop')}
            </Button>
          )}
          <span className="grow" />
          {many && busy && (
            <Button kind="quiet" onClick={() => (stop.current = true)}>
              {t('bulk.stop')}
            </Button>
          )}
          {!many && !phone && (
            <Button kind="quiet" disabled={busy || !ready} onClick={() => save(true)}>
              {t('create.save_open')} <Cap>{t('keys.ctrl_enter')}</Cap>
            </Button>
          )}
          <Button kind="primary" disabled={busy || !ready} onClick={() => save(false)}>
            {busy ? (many && results ? t('quick.progress', { done: results.filter((r) => r.state === 'done' || r.state === 'failed').length, total: results.length }) : t('ui.saving')) : many ? t('quick.save_many', { count: lines.length }) : t('create.save')}
            {!busy && !phone && <Cap>{CAP.enter}</Cap>}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** A key on a button; its name does without. */
function Cap({ children }: { children: string }) {
  return (
    <span className="kbds" aria-hidden="true">
      <Kbd>{children}</Kbd>
    </span>
  );
}

/** Tokens of each line at their places in the whole text. */
function manyTokens(text: string, all: Parsed[], lines: string[]): Token[] {
  let at = 0;
  return all.flatMap((parsed, i) => {
    const from = text.indexOf(lines[i]!, at);
    at = from + lines[i]!.length;
    return parsed.tokens.map((token) => ({ ...token, from: token.from + from, to: token.to + from }));
  });
}

function ManyPreview({ lines, all, results }: { lines: string[]; all: Parsed[]; results: Result[] | null }) {
  const { t } = useTranslation();
  const ctx = useDateCtx();
  const shown: { text: string; parsed?: Parsed; result?: Result }[] = results ? results.map((result, i) => ({ text: result.text, result, parsed: lines[i] === result.text ? all[i] : undefined })) : lines.map((text, i) => ({ text, parsed: all[i] }));
  return (
    <>
      <h2>{t('quick.result_many', { count: shown.length })}</h2>
      <ol className="qa-many">
        {shown.map(({ text, parsed, result }, i) => (
          <li key={i} data-state={result?.state}>
            {result?.state === 'done' ? <IconCheck size={16} stroke={1.8} className="ok" aria-hidden="true" /> : result?.state === 'failed' ? <IconAlertCircle size={16} stroke={1.5} className="danger" aria-hidden="true" /> : <StatusIcon status="new" />}
            <span className="grow ellipsis">{parsed?.title || text}</span>
            <span className={`small nowrap ${result?.state === 'failed' ? 'danger' : 'muted'}`}>
              {result?.why ?? result?.key ?? (parsed?.title === '' ? t('quick.no_title') : [parsed?.priority && t(`priority.${parsed.priority}`), parsed?.due && dueWords(instantOf(parsed.due, ctx.zone), ctx)].filter(Boolean).join(' · '))}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
