import { IconArrowRight } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { commitOf } from '../../api/client';
import * as api from '../../api/endpoints';
import { type ApiProblem, asProblem } from '../../api/problem';
import type { Project, ReassignResult } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { FieldError } from '../../ui/Field';
import { Avatar } from '../../ui/people';
import { useProblemText } from '../../ui/states';
import { useUndo } from '../tasks/undo';

/** As many lines as one reads; the rest is in the list of tasks. */
const SHOWN = 100;

/** Gives every open task to somebody at random: asks first, then shows who got what. */
export function Reassign({ project, onClose }: { project: Project; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const undo = useUndo();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [result, setResult] = useState<ReassignResult | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      setResult(await api.projects.reassign(project.id));
      for (const key of ['tasks', 'task', 'projects', 'activity', 'counts']) void client.invalidateQueries({ queryKey: [key] });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  if (!result)
    return (
      <Dialog
        title={t('project.reassign_title', { count: project.open_tasks })}
        onClose={onClose}
        width={480}
        foot={
          <>
            <span className="grow" />
            <Button onClick={onClose}>{t('ui.cancel')}</Button>
            <Button kind="danger" data-autofocus disabled={busy || project.open_tasks === 0} onClick={() => void run()}>
              {t('project.reassign_yes')}
            </Button>
          </>
        }
      >
        <p className="second">{t(project.open_tasks === 0 ? 'project.reassign_none' : 'project.reassign_text')}</p>
        {problem && <FieldError>{problem.code === 'no-workers' ? t('project.no_workers') : words(problem)}</FieldError>}
      </Dialog>
    );
  const commit = commitOf(result);
  const per = new Map<number, { name: string; count: number; user: ReassignResult['items'][number]['to'] }>();
  for (const item of result.items) per.set(item.to.id, { user: item.to, name: item.to.name, count: (per.get(item.to.id)?.count ?? 0) + 1 });
  return (
    <Dialog
      title={t('project.reassigned', { count: result.items.length })}
      onClose={onClose}
      width={620}
      foot={
        <>
          {commit && (
            <Button
              onClick={() => {
                onClose();
                void undo([commit]);
              }}
            >
              {t('project.give_back')}
            </Button>
          )}
          <span className="grow" />
          <Button kind="primary" data-autofocus onClick={onClose}>
            {t('ui.ok')}
          </Button>
        </>
      }
    >
      <ul className="dealt-people">
        {[...per.values()]
          .sort((a, b) => b.count - a.count)
          .map((p) => (
            <li key={p.user.id} className="row-flex">
              <Avatar person={p.user} size={20} /> {p.name} <b>{p.count}</b>
            </li>
          ))}
      </ul>
      <ul className="dealt" tabIndex={0} aria-label={t('project.reassigned', { count: result.items.length })}>
        {result.items.slice(0, SHOWN).map((item) => (
          <li key={item.task_id}>
            <Link to="/tasks/$key" params={{ key: item.key }} onClick={onClose}>
              {item.key}
            </Link>
            <span className="ellipsis second">{item.from?.name ?? t('field.nobody')}</span>
            <IconArrowRight size={14} stroke={1.5} className="muted" role="img" aria-label={t('history.became')} />
            <span className="row-flex">
              <Avatar person={item.to} size={18} /> <span className="ellipsis">{item.to.name}</span>
            </span>
          </li>
        ))}
        {result.items.length > SHOWN && <li className="muted">{t('project.and_more', { count: result.items.length - SHOWN })}</li>}
      </ul>
    </Dialog>
  );
}
