import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connection } from '../api/connection';
import { useSession } from '../api/refs';
import { applyEvent, dropTask, reloadAll } from '../features/tasks/live';

/** Keeps the live connection for as long as somebody is signed in. */
export function Live() {
  const client = useQueryClient();
  const me = useSession()?.user.id ?? null;
  useEffect(() => {
    if (me === null) return;
    const off = connection.onFrame((frame) => {
      if (frame.type === 'event') applyEvent(client, frame.event, me);
      if (frame.type === 'gone') dropTask(client, frame.task_id);
      if (frame.type === 'reset') reloadAll(client);
    });
    connection.start();
    return () => {
      off();
      connection.stop();
    };
  }, [client, me]);
  return null;
}
