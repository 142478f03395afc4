import { IconArrowRight, IconHelpCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { asProblem } from '../../api/problem';
import type { Conflict, Integration, TaskRef } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { merge3 } from '../../lib/diff';
import { same } from '../../lib/text';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Diff } from '../../ui/Diff';
import { Check } from '../../ui/Field';
import { Kbd, Keys } from '../../ui/marks';
import { useProblemText } from '../../ui/states';
import { StatusIcon } from '../../ui/StatusIcon';
import { Ago } from '../../ui/Time';
import { setPolicy } from './policy';
import { TEXTS, textOf, useFieldName, WireValue } from './Value';
import { WireEditor } from './WireEditor';

export interface Dispute {
  id: number;
  task: TaskRef;
  source: string;
  integration_id: number;
  conflicts: Conflict[];
}
type Side = 'base' | 'ours' | 'theirs' | 'value';
interface Choice {
  side: Side;
  value: unknown;
}

/** Text that both sides changed in different places becomes one text; else null. */
function mergeOf(c: Conflict): string | null {
  return TEXTS.has(c.field) && [c.base, c.ours, c.theirs].every((v) => typeof v === 'string') ? merge3(String(c.base), String(c.ours), String(c.theirs)) : null;
}

/** All disputed fields of one task: what was, ours, theirs; a choice for each; what the ERP will be told. */
export function ConflictDetail({ dispute, integration, onStep }: { dispute: Dispute; integration?: Integration; onStep(by: number): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const fieldName = useFieldName();
  const { task, conflicts } = dispute;
  const open = conflicts.filter((c) => c.outcome === 'open');
  const [choices, setChoices] = useState<Record<number, Choice>>({});
  const [always, setAlways] = useState<Record<string, 'erp_wins' | 'ours_wins'>>({});
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const active = open[Math.min(at, open.length - 1)];
  const decided = open.filter((c) => choices[c.id]);
  const own = (c: Conflict) => (choices[c.id]?.side === 'value' ? choices[c.id]!.value : (mergeOf(c) ?? c.ours));
  const choose = (c: Conflict | undefined, side: Side, value?: unknown) => {
    if (!c) return;
    setAt(open.indexOf(c));
    setChoices((now) => ({ ...now, [c.id]: { side, value: side === 'value' ? value : c[side] } }));
    if (side !== 'ours' && side !== 'theirs') setAlways(({ [c.field]: _gone, ...rest }) => rest);
  };
  const all = (side: 'ours' | 'theirs') => setChoices(Object.fromEntries(open.map((c) => [c.id, { side, value: c[side] }])));
  const move = (by: number) => {
    const next = at + by;
    if (next >= 0 && next < open.length) setAt(next);
    else onStep(by);
  };
  const apply = async () => {
    if (busy || decided.length === 0) return;
    setBusy(true);
    let done = 0;
    let failure: unknown = null;
    for (const c of decided) {
      const { side, value } = choices[c.id]!;
      try {
        await api.exchange.resolve(c.id, side === 'ours' || side === 'theirs' ? { choice: side } : { choice: 'value', value });
        done++;
        const policy = always[c.field];
        if (policy && integration) await setPolicy(client, integration.id, c.field, policy);
      } catch (error) {
        failure = error;
      }
    }
    setBusy(false);
    setChoices({});
    if (failure) showToast({ kind: 'error', text: t('exchange.not_resolved', { key: task.key }), detail: words(failure), requestId: asProblem(failure).requestId });
    else showToast({ kind: 'done', text: t('exchange.resolved', { key: task.key, count: done }) });
    if (!failure && done === open.length) onStep(1);
    void client.invalidateQueries({ queryKey: ['conflicts'] });
    void client.invalidateQueries({ queryKey: ['exchange-status'] });
    void client.invalidateQueries({ queryKey: ['task', task.key] });
  };
  useCommands(
    open.length === 0
      ? [{ id: 'conflict.later', title: 'exchange.later', group: 'list', keys: 'KeyN', run: () => onStep(1) }]
      : [
          { id: 'list.down', title: 'list.cmd_down', group: 'list', keys: 'KeyJ', quiet: true, run: () => move(1) },
          { id: 'list.up', title: 'list.cmd_up', group: 'list', keys: 'KeyK', quiet: true, run: () => move(-1) },
          { id: 'conflict.base', title: 'exchange.choose_base', group: 'list', keys: 'Digit1', run: () => choose(active, 'base') },
          { id: 'conflict.ours', title: 'exchange.choose_ours', group: 'list', keys: 'Digit2', run: () => choose(active, 'ours') },
          { id: 'conflict.theirs', title: 'exchange.choose_theirs', group: 'list', keys: 'Digit3', run: () => choose(active, 'theirs') },
          { id: 'conflict.value', title: 'exchange.choose_value', group: 'list', keys: 'Digit4', run: () => active && choose(active, 'value', own(active)) },
          { id: 'conflict.all_ours', title: 'exchange.all_ours', group: 'list', run: () => all('ours') },
          { id: 'conflict.all_theirs', title: 'exchange.all_theirs', group: 'list', run: () => all('theirs') },
          { id: 'conflict.save', title: 'exchange.apply_cmd', group: 'list', keys: 'Mod+Enter', run: () => void apply() },
          { id: 'conflict.later', title: 'exchange.later', group: 'list', keys: 'KeyN', run: () => onStep(1) },
        ],
  );

  const cell = (c: Conflict, side: 'base' | 'ours' | 'theirs') => {
    const value = c[side];
    const shown: ReactNode = TEXTS.has(c.field) && side !== 'base' ? <Diff before={textOf(c.base)} after={textOf(value)} whole /> : <WireValue field={c.field} value={value} />;
    const on = c.outcome === 'open' ? choices[c.id]?.side === side : same(c.outcome === 'resolved' ? c.chosen : c[c.outcome as 'ours' | 'theirs'], value);
    return (
      <td key={side} data-on={on || undefined} data-label={t(`exchange.${side}`)}>
        {c.outcome === 'open' ? (
          <label className="check cf-check">
            <input type="radio" name={`conflict-${c.id}`} aria-label={`${fieldName(c.field)}: ${t(`exchange.${side}`)}`} checked={choices[c.id]?.side === side} disabled={side === 'base' && c.field === 'external_id'} onChange={() => choose(c, side)} onFocus={() => setAt(open.indexOf(c))} />
            <span>{shown}</span>
          </label>
        ) : (
          shown
        )}
      </td>
    );
  };
  const chosenSide = active && choices[active.id]?.side;
  return (
    <div className="bench-main">
      <header>
        <h2 className="cf-title">
          <StatusIcon status={task.status} />
          <Link to="/tasks/$key" params={{ key: task.key }} className="cf-key">
            {task.key}
          </Link>
          <span>{task.title}</span>
        </h2>
        <p className="second">
          {t('exchange.both_changed', { source: dispute.source })} {open.length > 0 && t('exchange.decided', { done: decided.length, count: open.length })}
        </p>
      </header>
      <table className="cf">
        <thead>
          <tr>
            <th scope="col">{t('exchange.field')}</th>
            {(['base', 'ours', 'theirs'] as const).map((side, i) => (
              <th key={side} scope="col">
                <span className="row-flex">
                  {t(`exchange.${side}`)} <span className="grow" /> {open.length > 0 && <Kbd>{i + 1}</Kbd>}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {conflicts.map((c) => (
            <tr key={c.id} data-open={(c.outcome === 'open' && !choices[c.id]) || undefined} data-active={(active?.id === c.id && open.length > 1) || undefined}>
              <th scope="row">
                {fieldName(c.field)}
                {c.outcome === 'open' && !choices[c.id] && (
                  <span className="cf-undecided">
                    <IconHelpCircle size={14} stroke={1.5} aria-hidden="true" />
                    {t('exchange.undecided')}
                  </span>
                )}
                {c.outcome === 'open' && choices[c.id]?.side === 'value' && <span className="cf-own">{t('exchange.own')}</span>}
                {c.outcome !== 'open' && (
                  <span className="cf-own">
                    {t(`exchange.outcome_${c.outcome}`)}
                    {c.resolved_by ? `, ${c.resolved_by.name}` : ''} {c.resolved_at && <Ago at={c.resolved_at} />}
                  </span>
                )}
              </th>
              {cell(c, 'base')}
              {cell(c, 'ours')}
              {cell(c, 'theirs')}
            </tr>
          ))}
        </tbody>
      </table>
      {active && (
        <section className="cf-value" aria-label={t('exchange.own_of', { name: fieldName(active.field) })}>
          <div className="row-flex">
            <Check
              type="radio"
              name={`conflict-${active.id}`}
              label={t(mergeOf(active) !== null ? 'exchange.merged_of' : 'exchange.own_of', { name: fieldName(active.field) })}
              checked={chosenSide === 'value'}
              onChange={() => choose(active, 'value', own(active))}
            />
            {mergeOf(active) !== null && <span className="second small">{t('exchange.merge_safe')}</span>}
            <span className="grow" />
            <Kbd>4</Kbd>
          </div>
          <WireEditor key={active.id} field={active.field} label={t('exchange.own_of', { name: fieldName(active.field) })} value={own(active)} onValue={(value) => choose(active, 'value', value)} />
          {integration && (chosenSide === 'ours' || chosenSide === 'theirs') && active.field !== 'external_id' && (
            <Check
              label={t(chosenSide === 'ours' ? 'exchange.always_ours' : 'exchange.always_theirs', { name: fieldName(active.field) })}
              checked={active.field in always}
              onChange={(e) => setAlways(({ [active.field]: _old, ...rest }) => (e.target.checked ? { ...rest, [active.field]: chosenSide === 'ours' ? 'ours_wins' : 'erp_wins' } : rest))}
            />
          )}
        </section>
      )}
      {open.length > 0 && (
        <section>
          <h3 className="bench-h3">
            {t('exchange.will_send')} {integration && <span className="mono muted">{integration.topic_out}</span>}
          </h3>
          <dl className="cf-out">
            {open.map((c) => {
              const choice = choices[c.id];
              return (
                <div key={c.id}>
                  <dt className="mono">{c.field}</dt>
                  <dd>
                    {!choice ? (
                      <span className="second">{t('exchange.send_later')}</span>
                    ) : same(choice.value, c.theirs) || c.field === 'external_id' ? (
                      <span className="second">{t('exchange.send_nothing')}</span>
                    ) : TEXTS.has(c.field) ? (
                      <Diff before={textOf(c.theirs)} after={textOf(choice.value)} whole />
                    ) : (
                      <span className="row-flex">
                        <del className="cf-del">
                          <WireValue field={c.field} value={c.theirs} />
                        </del>
                        <IconArrowRight size={14} stroke={1.5} className="muted" aria-label={t('history.became')} role="img" />
                        <ins className="cf-ins">
                          <WireValue field={c.field} value={choice.value} />
                        </ins>
                      </span>
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
        </section>
      )}
      <footer className="bench-foot">
        {open.length > 0 && (
          <>
            <Button kind="primary" keys="Mod+Enter" command="conflict.save" disabled={decided.length === 0 || busy} onClick={() => void apply()}>
              {t('exchange.apply_count', { count: decided.length })}
            </Button>
            <Button command="conflict.all_ours" onClick={() => all('ours')}>
              {t('exchange.all_ours')}
            </Button>
            <Button command="conflict.all_theirs" onClick={() => all('theirs')}>
              {t('exchange.all_theirs')}
            </Button>
          </>
        )}
        <span className="grow" />
        {open.length > 1 && (
          <span className="bench-hint">
            <Keys keys="KeyJ" /> <Keys keys="KeyK" /> {t('exchange.by_fields')}
          </span>
        )}
        <Button kind="quiet" keys="KeyN" command="conflict.later" onClick={() => onStep(1)}>
          {t('exchange.later')}
        </Button>
      </footer>
    </div>
  );
}
