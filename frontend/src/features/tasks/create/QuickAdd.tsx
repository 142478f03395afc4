import { IconLayoutList, IconSubtask, IconTemplate, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { type ApiProblem, asProblem } from '../../../api/problem';
import { useTemplates } from '../../../api/refs';
import { TITLE_MAX } from '../../../api/types';
import { CAP } from '../../../lib/commands';
import { usePhone } from '../../../lib/hooks';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { FieldError } from '../../../ui/Field';
import { Kbd } from '../../../ui/marks';
import { Picker } from '../../../ui/Picker';
import { useProblemText } from '../../../ui/states';
import { keptCreate } from '../offline';
import { refreshLists } from '../queries';
import { bodyOf, draftOf, type Made } from './body';
import { LineInput } from './LineInput';
import { type Row, rowsOf } from './lines';
import { ManyPreview } from './ManyPreview';
import type { Parsed } from './parse';
import { Notes, Preview } from './Preview';
import { intentOf, sendRows, type Sent } from './sendRows';
import { createOpen, dropLine, fullFromLine, keepLine, line as lineStore, lineFromTemplate, place as placeStore, templateOpen } from './store';
import { useLine } from './useLine';
import './create.css';

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
  const [results, setResults] = useState<Sent[] | null>(null);
  const stop = useRef(false);
  // One key for one intent: a retry after a lost answer makes no second task.
  const intents = useRef(new Map<string, string>());

  const many = text.includes('\n');
  const rows = useMemo<Row[]>(() => (many ? rowsOf(text) : [{ text, from: 0, parent: null, depth: 0 }]), [many, text]);
  const lines = useMemo(() => rows.map((row) => row.text), [rows]);
  const line = useLine(text, lines, place.values.parent);
  const { all, known } = line;
  const parsed = all[0] ?? NOTHING;
  const made = useMemo(() => bodyOf(parsed, place, kept), [parsed, place, kept]);
  const items = useMemo(() => results ?? rows.map((row, i) => ({ row, parsed: all[i]! })), [results, rows, all]);

  const type = (next: string) => {
    lineStore.set(next);
    setProblem(null);
    if (results && !busy) setResults(null);
  };
  const send = async (body: Made['body']) => {
    const intent = intentOf(body);
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
      if (await keptCreate(error, intents.current.get(intentOf(made.body))!, made.body)) {
        dropLine();
        showToast({ kind: 'info', text: t('offline.kept') });
        return;
      }
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const saveMany = async () => {
    setBusy(true);
    stop.current = false;
    const { sent, left, keys } = await sendRows(rows, all, {
      place,
      usual: kept,
      keys: intents.current,
      create: api.tasks.create,
      show(now, rest) {
        setResults(now);
        // A page that ends here comes back with what was not made, and with nothing twice.
        keepLine(rest);
      },
      stopped: () => stop.current,
    });
    setBusy(false);
    const tasks = sent.flatMap((one) => one.task ?? []);
    after(place.values.parent?.id ?? all.find((p) => p.parent)?.parent?.id);
    if (tasks.length > 0) showToast({ kind: 'done', text: t('quick.created', { count: tasks.length }) });
    if (tasks.length === sent.length) return dropLine();
    // What did not work stays, to be mended and tried again.
    line.remember(tasks);
    lineStore.set(left);
    intents.current = keys;
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
            tokens={many ? all.flatMap((one, i) => one.tokens.map((token) => ({ ...token, from: token.from + rows[i]!.from, to: token.to + rows[i]!.from }))) : parsed.tokens}
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
              <ManyPreview items={items} />
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
            {busy ? (many && results ? t('quick.progress', { done: results.filter((r) => r.state === 'done' || r.state === 'failed').length, total: results.length }) : t('ui.saving')) : many ? t('quick.save_many', { count: rows.length }) : t('create.save')}
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
