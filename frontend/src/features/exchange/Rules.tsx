import { IconArrowRight } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../api/problem';
import { useIntegrations, useProjects } from '../../api/refs';
import type { Integration } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useTitle } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Confirm } from '../../ui/Dialog';
import { Check, Field } from '../../ui/Field';
import { ProjectMark } from '../../ui/marks';
import { Page } from '../../ui/Page';
import { Avatar } from '../../ui/people';
import { Empty, ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import { Crumb, StatusLine } from './Bench';
import { changeIntegration, type IntegrationChange } from './policy';
import { useFieldName } from './Value';

const FIELDS = ['name', 'content', 'status', 'priority', 'deadline'] as const;
const POLICIES = ['newest_wins', 'erp_wins', 'ours_wins', 'ask'] as const;
const DELETES = ['archive', 'delete', 'ignore'] as const;

/** What an exchange does by itself: on or off, whose value wins, what a deletion over there means. Every choice is kept at once. */
export function Rules({ id, onId }: { id?: number; onId(id: number): void }) {
  const { t } = useTranslation();
  useTitle(t('exchange.rules'));
  const found = useIntegrations();
  const list = found.data ?? [];
  const current = list.find((i) => i.id === id) ?? list[0];
  let body;
  if (found.isPending) body = <LinesSkeleton lines={8} />;
  else if (asProblem(found.error).status === 403) body = <Empty title={t('exchange.no_right')} text={t('exchange.no_right_text')} />;
  else if (found.isError && !current) body = <ErrorState title={t('exchange.failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else if (!current) body = <Empty title={t('exchange.no_integration')} text={t('exchange.no_integration_text')} />;
  else
    body = (
      <div className="bench" data-single={list.length < 2 || undefined}>
        {list.length > 1 && (
          <div className="bench-list">
            {list.map((i) => (
              <button key={i.id} type="button" className="bench-item" aria-current={i.id === current.id} onClick={() => onId(i.id)}>
                <span className="line">
                  <span className="mono bench-name">{i.source}</span>
                  <span className="grow" />
                  <span className={`small ${i.enabled ? 'ok' : 'muted'}`}>{t(i.enabled ? 'exchange.on' : 'exchange.off')}</span>
                </span>
                <span className="line small second">
                  <span className="ellipsis">
                    {i.account.name} · {i.project.name}
                  </span>
                </span>
              </button>
            ))}
          </div>
        )}
        <Form key={current.id} integration={current} />
      </div>
    );
  return (
    <Page
      title={<Crumb title={t('exchange.rules')} />}
      toolbar={
        <>
          <span className="grow" />
          <StatusLine />
        </>
      }
    >
      {body}
    </Page>
  );
}

function Form({ integration }: { integration: Integration }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const fieldName = useFieldName();
  const projects = useProjects();
  const [turningOff, setTurningOff] = useState(false);
  const change = async (next: IntegrationChange) => {
    try {
      await changeIntegration(client, integration.id, next);
    } catch (error) {
      const problem = asProblem(error);
      showToast({ kind: 'error', text: t('exchange.not_changed'), detail: problem.code === 'version-mismatch' ? t('exchange.changed_meanwhile') : words(error), requestId: problem.requestId });
    }
  };
  const toggle = () => (integration.enabled ? setTurningOff(true) : void change({ enabled: true }));
  useCommands([{ id: 'exchange.toggle', title: integration.enabled ? 'exchange.cmd_off' : 'exchange.cmd_on', titleArgs: { source: integration.source }, group: 'list', run: toggle }]);
  const own = projects.data?.filter((p) => p.account.id === integration.account.id) ?? [];
  const policies = integration.field_policies;
  return (
    <div className="rules">
      <section>
        <h2>
          <span className="mono">{integration.source}</span> <IconArrowRight size={16} stroke={1.5} className="muted" aria-hidden="true" /> {integration.account.name}
        </h2>
        <Check role="switch" data-command="exchange.toggle" label={t(integration.enabled ? 'exchange.is_on' : 'exchange.is_off')} checked={integration.enabled} onChange={toggle} />
        <dl className="rules-facts">
          <dt>{t('exchange.in')}</dt>
          <dd className="mono">{integration.topics_in.join(', ')}</dd>
          <dt>{t('exchange.out')}</dt>
          <dd className="mono">{integration.topic_out}</dd>
          <dt>{t('exchange.acts_as')}</dt>
          <dd className="row-flex">
            <Avatar person={integration.user} size={20} /> {integration.user.name}
          </dd>
          <dt>{t('exchange.id_mode')}</dt>
          <dd>{t(`exchange.id_mode_${integration.id_mode}`)}</dd>
        </dl>
      </section>
      <section>
        <h3>{t('exchange.new_into')}</h3>
        <div className="row-flex rules-project">
          <ProjectMark project={integration.project} />
          <select className="input input-sm" aria-label={t('exchange.new_into')} value={integration.project.id} onChange={(e) => void change({ project_id: Number(e.target.value) })}>
            {own.some((p) => p.id === integration.project.id) ? null : <option value={integration.project.id}>{integration.project.name}</option>}
            {own.map((p) => (
              <option key={p.id} value={p.id}>
                {p.key} · {p.name}
              </option>
            ))}
          </select>
        </div>
      </section>
      <section>
        <h3>{t('exchange.both')}</h3>
        <p className="second">{t('exchange.both_text')}</p>
        <div className="rules-choices" role="radiogroup" aria-label={t('exchange.both')}>
          {POLICIES.map((policy) => (
            <div key={policy} className="rules-choice" data-on={integration.conflict_policy === policy || undefined}>
              <Check type="radio" name={`policy-${integration.id}`} label={t(`exchange.policy.${policy}`)} checked={integration.conflict_policy === policy} onChange={() => void change({ conflict_policy: policy })} />
              <span className="small second">{t(`exchange.policy_text.${policy}`)}</span>
            </div>
          ))}
        </div>
        <h4>{t('exchange.by_field')}</h4>
        <div className="rules-fields">
          {FIELDS.map((field) => (
            <Field key={field} label={fieldName(field)}>
              {(ids) => (
                <select
                  {...ids}
                  className="input input-sm"
                  data-own={policies[field] ? true : undefined}
                  value={policies[field] ?? ''}
                  onChange={(e) => {
                    const { [field]: _old, ...rest } = policies;
                    void change({ field_policies: e.target.value ? { ...rest, [field]: e.target.value } : rest });
                  }}
                >
                  <option value="">{t('exchange.as_all')}</option>
                  {POLICIES.map((policy) => (
                    <option key={policy} value={policy}>
                      {t(`exchange.policy.${policy}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          ))}
        </div>
      </section>
      <section>
        <h3>{t('exchange.deleted_there')}</h3>
        <div className="rules-choices" role="radiogroup" aria-label={t('exchange.deleted_there')}>
          {DELETES.map((policy) => (
            <div key={policy} className="rules-choice" data-on={integration.delete_policy === policy || undefined}>
              <Check type="radio" name={`delete-${integration.id}`} label={t(`exchange.delete.${policy}`)} checked={integration.delete_policy === policy} onChange={() => void change({ delete_policy: policy })} />
              <span className="small second">{t(`exchange.delete_text.${policy}`)}</span>
            </div>
          ))}
        </div>
      </section>
      {turningOff && (
        <Confirm
          title={t('exchange.cmd_off', { source: integration.source })}
          text={t('exchange.off_text', { source: integration.source })}
          verb={t('exchange.turn_off')}
          onClose={() => setTurningOff(false)}
          onYes={() => {
            setTurningOff(false);
            void change({ enabled: false });
          }}
        />
      )}
    </div>
  );
}
