import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { StatusIcon } from '../../ui/StatusIcon';
import { type BlockedAsk, blockedAsk } from './change';

/** Open tasks stand in the way: they are named, and a person may close it all the same. */
export default function BlockedDialog({ ask }: { ask: BlockedAsk }) {
  const { t } = useTranslation();
  const close = () => blockedAsk.set(null);
  return (
    <Dialog
      title={t('relation.blocked_title', { key: ask.key })}
      onClose={close}
      width={520}
      foot={
        <>
          <span className="grow" />
          <Button kind="primary" onClick={close} data-autofocus>
            {t('relation.blocked_leave')}
          </Button>
          <Button
            kind="danger"
            onClick={() => {
              close();
              ask.go();
            }}
          >
            {t('relation.blocked_go', { status: t(`status.${ask.status}`) })}
          </Button>
        </>
      }
    >
      <p className="second">{t('relation.blocked_text', { count: ask.blockers.length })}</p>
      <ul className="blockers">
        {ask.blockers.map((task) => (
          <li key={task.id}>
            <StatusIcon status={task.status} />
            <Link to="/tasks/$key" params={{ key: task.key }} onClick={close} className="ellipsis">
              <span className="muted">{task.key}</span> {task.title}
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
