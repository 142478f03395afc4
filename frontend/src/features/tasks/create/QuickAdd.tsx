import { CAP } from '../../../lib/commands';
import { IconAlertCircle, IconCalendar, IconCheck, IconClockHour4, IconLayoutList, IconSubtask, IconTemplate, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../../api/endpoints';
import { type ApiProblem, asProblem } from '../../../api/problem';
import { useMe, useTemplates } from '../../../api/refs';
import { PRIORITIES, TITLE_MAX } from '../../../api/types';
import { dayDistance, dueWords, hoursWords, timeOf } from '../../../lib/dates';
import { useMinute, usePhone } from '../../../lib/hooks';
import { lastProject } from '../../../lib/prefs';
import { useStore } from '../../../lib/store';
import { showToast } from '../../../lib/toasts';
import { Button } from '../../../ui/Button';
import { Dialog } from '../../../ui/Dialog';
import { FieldError } from '../../../ui/Field';
import { Kbd, ProjectMark, Tag } from '../../../ui/marks';
import { Avatar } from '../../../ui/people';
import { Picker } from '../../../ui/Picker';
import { PriorityIcon } from '../../../ui/PriorityIcon';
import { StatusIcon } from '../../../ui/StatusIcon';
import { useProblemText } from '../../../ui/states';
import { useDateCtx } from '../../../ui/useDateCtx';
import { Dot } from '../pickers';
import { keptCreate } from '../offline';
import { refreshLists } from '../queries';
import { bodyOf, draftOf, instantOf, type Made } from './body';
import { linesOf, markAt, type Note, parseLine, type Parsed, type Token } from './parse';
import { createOpen, dropDraft, fullFromLine, line as lineStore, lineFromTemplate, place as placeStore, templateOpen } from './store';
import { type KnownHere, useKnown } from './useKnown';
import './create.css';

interface Option {
  key: string;
  insert: string;
  label: string;
  icon: ReactNode;
  hint?: string;
}
interface Result {
  text: string;
  state: 'waiting' | 'running' | 'done' | 'failed';
  key?: string;
  why?: string;
}
const fold = (text: string) => text.toLowerCase().replaceAll('ё', 'е');
const icon = { size: 15, stroke: 1.5, 'aria-hidden': true } as const;

/** One line is one task, as it will be saved; many lines are many. */
export function QuickAdd() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const words = useProblemText();
  const me = useMe();
  const phone = usePhone();
  const minute = useMinute();
  const text = useStore(lineStore);
  const place = useStore(placeStore);
  const kept = useStore(lastProject);
  const picking = useStore(templateOpen);
  const templates = useTemplates();
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(text.length);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<Result[] | null>(null);
  const stop = useRef(false);
  const typed = useRef<string | null>(null);
  // One key for one intent: a retry after a lost answer makes no second task.
  const intents = useRef(new Map<string, string>());

  // What is unknown at first may only be further than the first page: asked for by name.
  const [asked, setAsked] = useState({ who: '', which: '' });
  const found = useKnown(asked.who, asked.which);
  const [chosen, setChosen] = useState(place.values.parent ? [place.values.parent] : []);
  const known = useMemo<KnownHere>(() => ({ ...found, tasks: [...chosen, ...found.tasks.filter((x) => !chosen.some((y) => y.id === x.id))] }), [found, chosen]);
  const many = text.includes('\n');
  const lines = useMemo(() => (many ? linesOf(text) : [text]), [many, text]);
  const all = useMemo(
    () => lines.map((one) => parseLine(one, { ...known, now: new Date(), zone: me.time_zone })),
    // "In an hour" moves on with the minute.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [lines, known, me.time_zone, minute],
  );
  const parsed = all[0] ?? parseLine('', { ...known, now: new Date(), zone: me.time_zone });
  const made = useMemo(() => bodyOf(parsed, place, kept), [parsed, place, kept]);

  const mark = many ? null : markAt(text, caret);
  const { mark: sign, query = '' } = mark ?? {};
  useEffect(() => {
    const unknown = (kind: Note['kind']) => all.flatMap((p) => p.notes).find((n) => n.kind === kind)?.text.slice(1) ?? '';
    const who = sign === '@' ? query : unknown('person');
    const which = sign === '^' ? query || ' ' : unknown('parent');
    setAsked((now) => (now.who === who && now.which === which ? now : { who, which }));
  }, [all, sign, query]);

  const options = useMemo(() => (sign ? optionsFor(sign, query, known, (key) => t(key)) : []), [sign, query, known, t]);
  const exact = options.some((o) => fold(o.insert.slice(1)) === fold(query) || fold(o.label) === fold(query) || (o.hint && fold(o.hint).split('@')[0] === fold(query)));
  const listed = mark !== null && dismissed !== mark.from && !exact && options.length > 0;
  const at = Math.min(active, options.length - 1);

  const type = (next: string, nextCaret: number) => {
    typed.current = next;
    lineStore.set(next);
    setCaret(nextCaret);
    setActive(0);
    setProblem(null);
    if (results && !busy) setResults(null);
  };
  const complete = (option: Option | undefined) => {
    if (!option || !mark) return;
    const tail = text.slice(mark.to);
    const next = `${text.slice(0, mark.from)}${option.insert}${tail.startsWith(' ') ? '' : ' '}${tail}`;
    const to = mark.from + option.insert.length + 1;
    if (sign === '^') setChosen((now) => [...known.tasks.filter((x) => x.key === option.key), ...now]);
    type(next, to);
    requestAnimationFrame(() => field.current?.setSelectionRange(to, to));
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
      dropDraft();
      after(made.body.parent_id ?? undefined);
      const go = () => void navigate({ to: '/tasks/$key', params: { key: task.key } });
      if (thenOpen) go();
      else showToast({ kind: 'done', text: t('toast.created', { key: task.key }), action: { label: t('ui.open'), run: go } });
    } catch (error) {
      if (await keptCreate(error, intents.current.get(JSON.stringify(made.body))!, made.body)) {
        dropDraft();
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
    if (count === now.length) return dropDraft();
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
    if (event.nativeEvent.isComposing) return;
    if (listed) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        return setActive((at + step + options.length) % options.length);
      }
      if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
        event.preventDefault();
        return complete(options[at]);
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        return setDismissed(mark.from);
      }
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      save((event.ctrlKey || event.metaKey) && !many);
    } else if (event.key === 'Tab' && !event.shiftKey && text.trim() && !many) {
      event.preventDefault();
      full();
    }
  };
  // What came from elsewhere (kept from before, typed ahead, a template) is gone on with at its end.
  useLayoutEffect(() => {
    if (typed.current === text) return;
    typed.current = text;
    field.current?.setSelectionRange(text.length, text.length);
    setCaret(text.length);
  }, [text]);
  const follow = () => setCaret(field.current?.selectionStart ?? 0);

  const notes = many ? [] : parsed.notes.filter((n) => !(mark && n.from === mark.from));
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
          <div className="qa-line">
            <div className="qa-mirror" aria-hidden="true">
              <Marked text={text} tokens={many ? manyTokens(text, all, lines) : parsed.tokens} />
              {'\u200b'}
            </div>
            <textarea
              ref={field}
              className="create-title qa-input"
              autoFocus
              data-autofocus
              rows={1}
              spellCheck={false}
              aria-label={t('quick.field')}
              aria-autocomplete="list"
              aria-controls={listed ? 'qa-options' : undefined}
              aria-activedescendant={listed ? `qa-option-${at}` : undefined}
              aria-describedby="qa-result"
              aria-invalid={problem ? true : undefined}
              placeholder={t('create.title_hint')}
              readOnly={busy}
              value={text}
              onChange={(e) => type(e.target.value, e.target.selectionStart)}
              onSelect={follow}
              onFocus={(e) => e.target.setSelectionRange(e.target.value.length, e.target.value.length)}
              onKeyDown={onKey}
            />
          </div>
          {listed && (
            <ul className="qa-options" id="qa-options" role="listbox" aria-label={t('quick.completion')}>
              {options.map((option, i) => (
                <li
                  key={option.key}
                  id={`qa-option-${i}`}
                  role="option"
                  aria-selected={i === at}
                  className="option"
                  data-active={i === at}
                  onMouseMove={() => setActive(i)}
                  // The field keeps the focus.
                  onMouseDown={(e) => e.preventDefault()}
                  onClick={() => complete(option)}
                >
                  {option.icon}
                  <span className="ellipsis">{option.label}</span>
                  <span className="hint">{(sign !== '^' || i === at) && option.hint}</span>
                </li>
              ))}
            </ul>
          )}
          <div id="qa-result" className="qa-result">
            {many || results ? (
              <ManyPreview lines={lines} all={all} results={results} />
            ) : parsed.title || parsed.tokens.length > 0 ? (
              <Preview parsed={parsed} made={made} known={known} />
            ) : (
              <p className="qa-hint">{t(phone ? 'quick.hint_short' : 'quick.hint')}</p>
            )}
          </div>
          {notes.map((note) => (
            <p key={note.from} className="qa-note" role="status">
              <IconAlertCircle size={14} stroke={1.5} aria-hidden="true" />
              {t(`quick.unknown_${note.kind}`, { text: note.text })}
            </p>
          ))}
          {parsed.title.length > TITLE_MAX && !many && <FieldError>{t('quick.too_long')}</FieldError>}
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
            <Button kind="quiet" icon={<IconX {...icon} />} onClick={dropDraft}>
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

/** The same text behind the field, its tokens in one tint. */
function Marked({ text, tokens }: { text: string; tokens: Token[] }) {
  const out: ReactNode[] = [];
  let at = 0;
  for (const token of tokens) {
    out.push(text.slice(at, token.from), <span key={token.from} className="qa-token">{text.slice(token.from, token.to)}</span>);
    at = token.to;
  }
  out.push(text.slice(at));
  return <>{out}</>;
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

function optionsFor(sign: string, query: string, known: KnownHere, t: (key: string) => string): Option[] {
  const q = fold(query).replaceAll('_', ' ');
  const rank = <V,>(items: V[], forms: (item: V) => string[]): V[] =>
    items
      .map((item) => ({ item, at: Math.min(...forms(item).map((f) => { const i = fold(f).indexOf(q); return i < 0 ? 99 : i === 0 ? 0 : /[\s._-]/.test(f[i - 1] ?? '') ? 1 : 2; })) }))
      .filter((x) => x.at < 99)
      .sort((a, b) => a.at - b.at)
      .slice(0, 6)
      .map((x) => x.item);
  switch (sign) {
    case '@': {
      const twice = new Set(known.people.map((p) => p.name).filter((name, i, names) => names.indexOf(name) !== i));
      return rank(known.people, (p) => [p.name, p.email]).map((p) => ({ key: String(p.id), insert: `@${twice.has(p.name) ? p.email : p.name}`, label: p.name, icon: <Avatar person={p} size={18} />, hint: p.email }));
    }
    case '#':
      return rank(known.tags, (tag) => [tag.name]).map((tag) => ({ key: String(tag.id), insert: `#${tag.name}`, label: tag.name, icon: <Dot color={tag.color} /> }));
    case '+':
      return rank(known.projects, (p) => [p.key, p.name]).map((p) => ({ key: String(p.id), insert: `+${p.key}`, label: p.name, icon: <ProjectMark project={p} />, hint: p.key }));
    case '^':
      return known.tasks.slice(0, 6).map((task) => ({ key: task.key, insert: `^${task.key}`, label: `${task.key} ${task.title}`, icon: <StatusIcon status={task.status} />, hint: t('field.parent') }));
    default:
      return query === '' || /^\p{L}/u.test(query)
        ? rank([...PRIORITIES].reverse(), (p) => [t(`priority.${p}`), p]).map((p) => ({ key: p, insert: `!${t(`priority.${p}`).toLowerCase()}`, label: t(`priority.${p}`), icon: <PriorityIcon priority={p} /> }))
        : [];
  }
}

/** The task as it will be saved, and where the rest comes from. */
function Preview({ parsed, made, known }: { parsed: Parsed; made: Made; known: KnownHere }) {
  const { t } = useTranslation();
  const { body, from } = made;
  const project = known.projects.find((p) => p.id === body.project_id);
  const people = [body.owner_id, ...(body.collaborator_ids ?? [])].map((id) => known.people.find((p) => p.id === id)).filter((p) => p !== undefined);
  const tags = known.tags.filter((tag) => body.tag_ids?.includes(tag.id));
  const source = (name: keyof Made['from']) => t(`quick.from_${from[name] ?? 'default'}`);
  const defaults = [
    from.project_id !== 'line' && (project ? `${t('field.project')}: ${project.name}, ${source('project_id')}` : `${t('field.project')}: ${t(body.parent_id ? 'quick.project_of_parent' : 'quick.project_by_default')}`),
    from.status && `${t('field.status')}: ${t(`status.${body.status ?? 'new'}`)}, ${source('status')}`,
    from.priority !== 'line' && `${t('field.priority')}: ${t(`priority.${body.priority ?? 'medium'}`)}, ${source('priority')}`,
    from.owner_id && from.owner_id !== 'line' && people[0] && `${t('field.owner')}: ${people[0].name}, ${source('owner_id')}`,
    from.due_date && from.due_date !== 'line' && `${t('field.due_date')}: ${source('due_date')}`,
    body.description && `${t('field.description')}: ${t('quick.from_template')}`,
  ].filter((x) => typeof x === 'string' && x);
  return (
    <>
      <h2>{t('quick.result')}</h2>
      <div className="qa-title">
        {project && <ProjectMark project={project} />}
        <StatusIcon status={body.status ?? 'new'} />
        {parsed.title ? <span>{parsed.title}</span> : <span className="muted">{t('quick.no_title')}</span>}
      </div>
      <div className="qa-facts">
        {from.priority === 'line' && <Fact icon={<PriorityIcon priority={body.priority!} />}>{t(`priority.${body.priority!}`)}</Fact>}
        {people.map((p) => (
          <Fact key={p.id} icon={<Avatar person={p} size={18} />}>
            {p.name}
          </Fact>
        ))}
        {body.due_date && (
          <Fact icon={<IconCalendar {...icon} />}>
            <DueText due={body.due_date} />
          </Fact>
        )}
        {body.estimated_hours != null && (
          <Fact icon={<IconClockHour4 {...icon} />}>
            <Hours value={body.estimated_hours} />
          </Fact>
        )}
        {tags.map((tag) => (
          <span key={tag.id} className="qa-fact">
            <Tag tag={tag} />
          </span>
        ))}
        {parsed.parent && <Fact icon={<StatusIcon status={parsed.parent.status} size={14} />}>{`${parsed.parent.key} ${parsed.parent.title}`}</Fact>}
      </div>
      <p className="qa-from">{defaults.join(' · ')}</p>
    </>
  );
}
function Fact({ icon: image, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <span className="qa-fact">
      {image}
      <span className="ellipsis">{children}</span>
    </span>
  );
}
function DueText({ due }: { due: string }) {
  const ctx = useDateCtx();
  const at = instantOf(due, ctx.zone);
  const time = timeOf(at, ctx.zone);
  const words = dueWords(at, ctx);
  return <>{time && Math.abs(dayDistance(at, ctx)) > 1 ? `${words}, ${time}` : words}</>;
}
function Hours({ value }: { value: number }) {
  const { t, i18n } = useTranslation();
  return <>{t('ui.hours', { value: hoursWords(value, i18n.language) })}</>;
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
