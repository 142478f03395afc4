import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../api/problem';
import { drop, flush, type Kept, queue, retry } from '../../api/queue';
import { type KeptChange, unpaint } from '../../features/tasks/change';
import { refreshLists } from '../../features/tasks/queries';
import { useStore } from '../../lib/store';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useProblemText } from '../../ui/states';
import { Ago } from '../../ui/Time';

/** Everything that waits for the line, and what the server refused: to be sent again or given up. */
export default function Waiting({ down, onClose }: { down: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const words = useProblemText();
  const items = useStore(queue);
  const give = async (item: Kept) => {
    await drop(item);
    unpaint(client, item);
    void client.invalidateQueries({ queryKey: ['task'] });
    refreshLists(client, 0);
  };
  const what = (item: Kept) =>
    item.kind === 'change'
      ? Object.keys((item.work as KeptChange).input)
          .map((name) => t(`field.${name.replace(/_ids?$/, (end) => (end === '_ids' ? 's' : ''))}`, { defaultValue: '' }))
          .filter(Boolean)
          .join(', ')
      : t((item.work as { path: string }).path.endsWith('/comments') ? 'offline.comment' : 'offline.new_task');
  return (
    <Dialog
      title={t('offline.title')}
      onClose={onClose}
      width={620}
      foot={
        <>
          <span className="grow small muted">{t(down ? 'offline.note_down' : 'offline.note')}</span>
          <Button disabled={items.every((i) => i.failed)} onClick={() => void flush()}>
            {t('offline.send_now')}
          </Button>
        </>
      }
    >
      {items.length === 0 && <p className="second">{t('offline.none')}</p>}
      <ul className="waiting-list">
        {items.map((item) => (
          <li key={item.id} data-failed={item.failed ? true : undefined}>
            <div className="grow">
              <div className="ellipsis">
                {item.task ? (
                  <Link to="/tasks/$key" params={{ key: item.task.key }} onClick={onClose}>
                    <b className="nowrap">{item.task.key}</b> {item.task.title}
                  </Link>
                ) : (
                  String((item.work as { body?: { title?: string } }).body?.title ?? '')
                )}
              </div>
              <div className="small second">
                {what(item)} · <Ago at={new Date(item.at / 1000).toISOString()} />
              </div>
              {item.failed && (
                <div className="small danger" role="alert">
                  {words(new ApiProblem({ type: 'about:blank', title: item.failed.detail, detail: item.failed.detail, status: item.failed.status, code: item.failed.code }, item.failed.requestId))}
                </div>
              )}
            </div>
            {item.failed && <Button onClick={() => void retry(item)}>{t('ui.retry')}</Button>}
            <Button kind="quiet" onClick={() => void give(item)}>
              {t('offline.drop')}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
