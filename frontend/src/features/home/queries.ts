import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { mentions } from '../../api/overview';
import { preferences, setPreferences } from '../../api/preferences';
import { hereNow, seenElsewhere, visit } from '../../lib/visit';

export function useMentions() {
  return useQuery({ queryKey: ['mentions'], queryFn: ({ signal }) => mentions({ limit: 10 }, signal), staleTime: 20_000, select: (page) => page.items });
}

/** The end of the person's last visit, on this device or another; fixed while Home is open. */
export function useSince(user: number): number | null {
  const client = useQueryClient();
  const [since, setSince] = useState(() => hereNow(user));
  useEffect(() => {
    let on = true;
    void client
      .fetchQuery({ queryKey: ['preferences'], queryFn: ({ signal }) => preferences(signal), staleTime: 60_000 })
      .then(({ values }) => {
        const at = typeof values.last_home_visit === 'string' ? Date.parse(values.last_home_visit) : NaN;
        if (!Number.isNaN(at)) seenElsewhere(user, at);
        if (on) setSince(visit.get().since);
      })
      .catch(() => undefined);
    const leave = () => {
      hereNow(user);
      // One small write when the page is left or put aside; nothing is lost without it.
      if (document.visibilityState === 'hidden') void setPreferences({ last_home_visit: new Date().toISOString() }).catch(() => undefined);
    };
    document.addEventListener('visibilitychange', leave);
    const beat = setInterval(() => hereNow(user), 5 * 60_000);
    return () => {
      on = false;
      hereNow(user);
      clearInterval(beat);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [client, user]);
  return since;
}
