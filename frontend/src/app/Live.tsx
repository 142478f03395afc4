import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connection } from '../api/connection';
import { closeQueue, flush, openQueue } from '../api/queue';
import { useSession } from '../api/refs';
import { beforeLeaving } from '../api/session';
import { applyEvent, dropTask, reloadAll } from '../features/tasks/live';
import { paintAll, startOffline } from '../features/tasks/offline';
import { seenBy } from '../lib/offline';

/** Longest that signing out waits for changes that are still here. */
const FAREWELL = 3000;

/** Keeps the live connection, and what waits for it, for as long as somebody is signed in. */
export function Live() {
  const client = useQueryClient();
  const me = useSession()?.user.id ?? null;
  useEffect(() => {
    if (me === null) return;
    startOffline(client);
    void seenBy(me);
    void openQueue(me).then(() => paintAll(client));
    const offFrame = connection.onFrame((frame) => {
      if (frame.type === 'event') applyEvent(client, frame.event, me);
      if (frame.type === 'gone') dropTask(client, frame.task_id);
      if (frame.type === 'reset') reloadAll(client);
    });
    let broken = false;
    const offState = connection.onState(() => {
      if (connection.state === 'waiting') broken = true;
      if (connection.state !== 'live' || !broken) return;
      broken = false;
      // First what was done here, then what others did: the events missed come by themselves.
      void flush().then(() => client.invalidateQueries());
    });
    const offLeave = beforeLeaving(async () => {
      await Promise.race([flush(), new Promise((done) => setTimeout(done, FAREWELL))]);
      // Closed by us: the end of the session would break it off with an error.
      connection.stop();
    });
    connection.start();
    return () => {
      offFrame();
      offState();
      offLeave();
      connection.stop();
      closeQueue();
    };
  }, [client, me]);
  return null;
}
