import { IconArrowsShuffle, IconPlus, IconTrash } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectFull } from '../../api/overview';
import { type Member, type Membership, PROJECT_ROLES, type ProjectRole } from '../../api/types';
import { useCommands } from '../../lib/commands';
import { useDebounced } from '../../lib/hooks';
import { showToast } from '../../lib/toasts';
import { Button, IconButton } from '../../ui/Button';
import { Avatar } from '../../ui/people';
import { Picker } from '../../ui/Picker';
import { Empty, ErrorState, LinesSkeleton } from '../../ui/states';
import { useAccountPeople, useMembers, useSetMember } from './queries';

const place = (m: Member): Membership => ({ role: m.role, topic: m.topic, job_title: m.job_title });

/** The team: who, in which role, for what. Every change is kept at once and can be taken back. */
export function Members({ project, onReassign }: { project: ProjectFull; onReassign?(): void }) {
  const { t } = useTranslation();
  const found = useMembers(project.id);
  const { mutate } = useSetMember(project.id);
  const [adding, setAdding] = useState(false);
  const [q, setQ] = useState('');
  const settled = useDebounced(q, 200);
  const people = useAccountPeople(project.account.id, settled, adding);
  const edit = project.allowed_actions.includes('edit_members') && !project.archived_at;
  const members = found.data ?? [];
  const inside = new Set(members.map((m) => m.user.id));
  useCommands(edit ? [{ id: 'members.add', title: 'project.cmd_add', titleArgs: { name: project.name }, group: 'list', keys: 'Shift+KeyN', run: () => setAdding(true) }] : []);
  const remove = (m: Member) => {
    mutate({ user: m.user, place: null });
    showToast({ kind: 'done', text: t('project.removed', { name: m.user.name }), action: { label: t('ui.undo'), undo: true, run: () => mutate({ user: m.user, place: place(m) }) } });
  };
  const add = edit && (
    <Picker<number>
      name={t('project.add_member')}
      search
      onSearch={setQ}
      loading={people.isFetching || settled !== q}
      opened={adding}
      onOpened={setAdding}
      chosen={[]}
      options={(people.data ?? []).filter((p) => !inside.has(p.id)).map((p) => ({ value: p.id, label: p.name, icon: <Avatar person={p} size={18} />, hint: p.email }))}
      onPick={(id) => {
        const user = people.data?.find((p) => p.id === id);
        if (user) mutate({ user, place: { role: 'developer' } });
      }}
    >
      <Button kind="primary" command="members.add" icon={<IconPlus size={16} stroke={1.8} aria-hidden="true" />} onClick={() => setAdding(!adding)}>
        {t('project.add_member')}
      </Button>
    </Picker>
  );
  return (
    <div className="pmembers">
      <div className="pmembers-head">
        <p className="second grow">{t('project.members_text')}</p>
        {onReassign && (
          <Button command="project.reassign" icon={<IconArrowsShuffle size={16} stroke={1.5} aria-hidden="true" />} onClick={onReassign}>
            {t('project.reassign')}
          </Button>
        )}
        {add}
      </div>
      {found.isPending && <LinesSkeleton lines={5} />}
      {found.isError && members.length === 0 && <ErrorState title={t('project.members_failed')} error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && members.length === 0 && <Empty title={t('project.no_members')} text={t('project.no_members_text')} />}
      {members.length > 0 && (
        <table className="mtable">
          <thead>
            <tr>
              <th scope="col">{t('project.member')}</th>
              <th scope="col">{t('field.role')}</th>
              <th scope="col">{t('project.topic')}</th>
              <th scope="col">{t('project.job_title')}</th>
              {edit && (
                <th scope="col">
                  <span className="sr">{t('project.actions')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {members.map((m) => (
              <tr key={m.user.id}>
                <th scope="row">
                  <span className="row-flex">
                    <Avatar person={m.user} size={24} /> <span className="ellipsis">{m.user.name}</span>
                  </span>
                </th>
                <td data-label={t('field.role')}>
                  {edit ? (
                    <select className="input input-sm" aria-label={t('project.role_of', { name: m.user.name })} value={m.role} onChange={(e) => mutate({ user: m.user, place: { ...place(m), role: e.target.value as ProjectRole } })}>
                      {PROJECT_ROLES.map((role) => (
                        <option key={role} value={role}>
                          {t(`project.role.${role}`)}
                        </option>
                      ))}
                    </select>
                  ) : (
                    t(`project.role.${m.role}`)
                  )}
                </td>
                {(['topic', 'job_title'] as const).map((name) => (
                  <td key={name} data-label={t(`project.${name}`)}>
                    {edit ? <Line key={m[name]} label={t(`project.${name}_of`, { name: m.user.name })} value={m[name] ?? ''} onValue={(value) => mutate({ user: m.user, place: { ...place(m), [name]: value || null } })} /> : (m[name] ?? '')}
                  </td>
                ))}
                {edit && (
                  <td>
                    <IconButton name={t('project.remove', { name: m.user.name })} icon={<IconTrash size={16} stroke={1.5} aria-hidden="true" />} onClick={() => remove(m)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** A short text in place: kept on Enter or when left, dropped on Escape. */
function Line({ label, value, onValue }: { label: string; value: string; onValue(value: string): void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const dropped = useRef(false);
  return (
    <input
      className="input input-sm mline"
      aria-label={label}
      placeholder={t('ui.add')}
      maxLength={200}
      value={text}
      onChange={(e) => setText(e.target.value)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') e.currentTarget.blur();
        if (e.key !== 'Escape') return;
        dropped.current = true;
        setText(value);
        e.currentTarget.blur();
      }}
      onBlur={() => {
        if (!dropped.current && text.trim() !== value) onValue(text.trim());
        dropped.current = false;
      }}
    />
  );
}
