import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SessionRow, sessions } from '../../api/account';
import { asProblem } from '../../api/problem';
import { useCommands } from '../../lib/commands';
import { showToast } from '../../lib/toasts';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { ErrorState, LinesSkeleton, useProblemText } from '../../ui/states';
import { Ago } from '../../ui/Time';
import { agentWords } from './agent';
import { Part } from './parts';

const KEY = ['sessions'];

/** Where one is signed in; any other place can be signed out from here. */
export function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const found = useQuery({ queryKey: KEY, queryFn: () => sessions.list(), select: (page) => page.items, staleTime: 10_000 });
  const [asking, setAsking] = useState(false);
  const [ending, setEnding] = useState<ReadonlySet<SessionRow['id']>>(new Set());
  const list = [...(found.data ?? [])].sort((a, b) => Number(b.current) - Number(a.current) || (b.last_seen_at ?? b.created_at).localeCompare(a.last_seen_at ?? a.created_at));
  const others = list.filter((s) => !s.current);
  const again = () => client.invalidateQueries({ queryKey: KEY });
  const failed = (error: unknown) => showToast({ kind: 'error', text: t('settings.not_ended'), detail: words(error), requestId: asProblem(error).requestId });

  const end = async (session: SessionRow) => {
    setEnding((now) => new Set(now).add(session.id));
    try {
      await sessions.end(session.id);
      showToast({ kind: 'done', text: t('settings.ended', { count: 1 }) });
    } catch (error) {
      failed(error);
    } finally {
      await again();
      setEnding((now) => new Set([...now].filter((id) => id !== session.id)));
    }
  };
  const endOthers = async () => {
    setAsking(false);
    try {
      const { ended } = await sessions.endOthers();
      showToast({ kind: 'done', text: t('settings.ended', { count: ended }) });
    } catch (error) {
      failed(error);
    } finally {
      void again();
    }
  };
  useCommands(others.length > 0 ? [{ id: 'settings.end_others', title: 'settings.end_others', group: 'view', run: () => setAsking(true) }] : []);

  let body;
  if (found.isPending) body = <LinesSkeleton lines={3} />;
  else if (found.isError) body = <ErrorState title={t('settings.sessions_failed')} error={found.error} onRetry={() => void found.refetch()} />;
  else
    body = (
      <ul className="sessions">
        {list.map((session) => {
          const Image = /Mobile|Android|iPhone|iPad/.test(session.user_agent ?? '') ? IconDeviceMobile : IconDeviceDesktop;
          const name = agentWords(session.user_agent) ?? t('settings.unknown_agent');
          return (
            <li key={session.id}>
              <Image size={20} stroke={1.5} className="muted" aria-hidden="true" />
              <div className="grow">
                <div className="ellipsis" title={session.user_agent ?? undefined}>
                  <b>{name}</b> {session.current && <span className="here">{t('settings.this_one')}</span>}
                </div>
                <div className="small muted">
                  {session.address ?? t('settings.unknown_address')} · {t('settings.since')} <Ago at={session.created_at} />
                  {session.last_seen_at && !session.current && (
                    <>
                      {' · '}
                      {t('settings.seen')} <Ago at={session.last_seen_at} />
                    </>
                  )}
                </div>
              </div>
              {!session.current && (
                <Button disabled={ending.has(session.id)} aria-label={t('settings.end_of', { name })} onClick={() => void end(session)}>
                  {t('settings.end')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    );
  return (
    <Part name="sessions">
      {others.length > 0 && (
        <div>
          <Button kind="danger" command="settings.end_others" onClick={() => setAsking(true)}>
            {t('settings.end_others')}
          </Button>
        </div>
      )}
      {body}
      {asking && <Confirm title={t('settings.end_others')} text={t('settings.end_others_text', { count: others.length })} verb={t('settings.end_all')} onClose={() => setAsking(false)} onYes={() => void endOthers()} />}
    </Part>
  );
}
