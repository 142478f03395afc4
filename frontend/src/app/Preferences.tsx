import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { preferences, setPreferences } from '../api/preferences';
import { useSession } from '../api/refs';
import { columnPrefs, readColumnPrefs } from '../features/tasks/list/columns';
import { DENSITIES, type Density, density, singleKeys } from '../lib/prefs';
import { createStore, type Store } from '../lib/store';
import { same } from '../lib/text';

const SCHEMES = ['auto', 'light', 'dark'] as const;
type Scheme = (typeof SCHEMES)[number];
const scheme = createStore<Scheme | null>(null);

/** What goes with the person from device to device: its name there, its store here, and what is believed. */
interface Kept {
  name: string;
  store: Store<unknown>;
  read(value: unknown): unknown;
}
const kept = <T,>(name: string, store: Store<T>, read: (value: unknown) => T | null): Kept => ({ name, store: store as Store<unknown>, read });
const KEPT: Kept[] = [
  kept<Scheme | null>('theme', scheme, (v) => (SCHEMES.includes(v as Scheme) ? (v as Scheme) : null)),
  kept('density', density, (v) => (DENSITIES.includes(v as Density) ? (v as Density) : null)),
  kept('single_keys', singleKeys, (v) => (typeof v === 'boolean' ? v : null)),
  kept('columns', columnPrefs, readColumnPrefs),
];
const WAIT_MS = 700;

/** Reads the preferences of the account once, then writes what changes here. Without a line this device keeps its own. */
export function Preferences() {
  const client = useQueryClient();
  const me = useSession()?.user.id;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const set = useRef(setColorScheme);
  useEffect(() => {
    set.current = setColorScheme;
  });
  useEffect(() => scheme.set(colorScheme), [colorScheme]);
  useEffect(() => {
    if (me === undefined) return;
    let on = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ready = false;
    const changed = new Map<string, unknown>();
    const said = new Map<string, unknown>();
    const send = () => {
      clearTimeout(timer);
      if (!ready || changed.size === 0) return;
      const values = Object.fromEntries(changed);
      changed.clear();
      setPreferences(values)
        .then((now) => client.setQueryData(['preferences'], now))
        .catch(() => undefined);
    };
    const offs = KEPT.map(({ name, store }) =>
      store.subscribe(() => {
        const value = store.get();
        if (value === null || (said.has(name) && same(said.get(name), value))) return;
        said.set(name, value);
        changed.set(name, value);
        clearTimeout(timer);
        timer = setTimeout(send, WAIT_MS);
      }),
    );
    const away = () => document.visibilityState === 'hidden' && send();
    document.addEventListener('visibilitychange', away);
    client
      .fetchQuery({ queryKey: ['preferences'], queryFn: ({ signal }) => preferences(signal), staleTime: 60_000 })
      .then(({ values }) => {
        if (!on) return;
        for (const { name, store, read } of KEPT) {
          const value = name in values ? read(values[name]) : null;
          // What was changed here meanwhile is newer.
          if (value === null || changed.has(name)) continue;
          said.set(name, value);
          if (same(store.get(), value)) continue;
          if (name === 'theme') set.current(value as Scheme);
          else store.set(value);
        }
      })
      .catch(() => undefined)
      .finally(() => {
        ready = true;
        if (on) send();
      });
    return () => {
      on = false;
      send();
      for (const off of offs) off();
      document.removeEventListener('visibilitychange', away);
    };
  }, [client, me]);
  return null;
}
