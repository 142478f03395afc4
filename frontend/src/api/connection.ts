import { useEffect, useState, useSyncExternalStore } from 'react';
import { url } from './client';
import { live } from './endpoints';
import { LiveConnection, type LiveState } from './live';
import type { PersonRef } from './types';

/** The one live connection of this tab. */
export const connection = new LiveConnection({
  ticket: live.ticket,
  open(ticket) {
    const address = new URL(url('/live', { ticket }), location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    return new WebSocket(address);
  },
});

export function useLiveState(): LiveState {
  return useSyncExternalStore(connection.onState, () => connection.state);
}

/** Who else has this task open. */
export function usePresence(task: number | undefined): PersonRef[] {
  const [people, setPeople] = useState<PersonRef[]>([]);
  useEffect(() => {
    if (task === undefined) return;
    const off = connection.onFrame((frame) => {
      if (frame.type === 'presence' && frame.task_id === task) setPeople(frame.users);
    });
    const leave = connection.watch(task);
    return () => {
      off();
      leave();
      setPeople([]);
    };
  }, [task]);
  return people;
}
