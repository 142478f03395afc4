import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import * as api from '../../api/endpoints';
import { openCreate } from '../../features/tasks/create/store';
import { useCommands } from '../../lib/commands';
import { language, setLanguage } from '../../lib/i18n';
import { sideBar } from '../../lib/prefs';
import { createStore } from '../../lib/store';
import { undoLatest } from '../../lib/toasts';
import { useExchangeAllowed } from './useExchangeAllowed';

export const overlay = createStore<'palette' | 'keys' | null>(null);

/** The commands that are there on every screen. */
export function useGlobalCommands(): void {
  const navigate = useNavigate();
  const exchange = useExchangeAllowed();
  const { setColorScheme } = useMantineColorScheme();
  const changeLanguage = () => {
    const next = language() === 'ru' ? 'en' : 'ru';
    void setLanguage(next);
    void api.users.updateMe({ language: next }).catch(() => undefined);
  };
  useCommands([
    { id: 'palette', title: 'cmd.palette', group: 'help', keys: 'Mod+KeyK', quiet: true, run: () => overlay.set((now) => (now === 'palette' ? null : 'palette')) },
    { id: 'keys', title: 'cmd.keys', group: 'help', keys: 'Shift+Slash', run: () => overlay.set('keys') },
    { id: 'task.create', title: 'create.cmd', group: 'task', keys: 'KeyC', run: () => openCreate() },
    { id: 'undo', title: 'cmd.undo', group: 'task', keys: 'KeyZ', run: () => undoLatest() },
    { id: 'go.my', title: 'cmd.go_my', group: 'go', keys: 'KeyG KeyM', run: () => void navigate({ to: '/my', search: { open: 'true' } }) },
    { id: 'go.tasks', title: 'cmd.go_tasks', group: 'go', keys: 'KeyG KeyI', run: () => void navigate({ to: '/tasks', search: {} }) },
    { id: 'go.templates', title: 'cmd.go_templates', group: 'go', keys: 'KeyG KeyT', run: () => void navigate({ to: '/templates' }) },
    { id: 'go.tags', title: 'cmd.go_tags', group: 'go', run: () => void navigate({ to: '/tags' }) },
    { id: 'go.settings', title: 'cmd.go_settings', group: 'go', keys: 'KeyG KeyS', run: () => void navigate({ to: '/settings' }) },
    ...(exchange
      ? ([
          { id: 'go.conflicts', title: 'cmd.go_conflicts', group: 'go', keys: 'KeyG KeyC', run: () => void navigate({ to: '/exchange/conflicts' }) },
          { id: 'go.dead', title: 'cmd.go_dead', group: 'go', keys: 'KeyG KeyD', run: () => void navigate({ to: '/exchange/dead-letters' }) },
        ] as const)
      : []),
    { id: 'view.side', title: 'cmd.side', group: 'view', keys: 'BracketLeft', run: () => sideBar.set((now) => (now === 'hidden' ? 'auto' : 'hidden')) },
    { id: 'view.light', title: 'cmd.light', group: 'view', run: () => setColorScheme('light') },
    { id: 'view.dark', title: 'cmd.dark', group: 'view', run: () => setColorScheme('dark') },
    { id: 'view.auto', title: 'cmd.auto', group: 'view', run: () => setColorScheme('auto') },
    { id: 'view.language', title: 'cmd.language', group: 'view', run: changeLanguage },
    { id: 'logout', title: 'cmd.log_out', group: 'go', run: () => void api.auth.logOut().catch(() => undefined) },
  ]);
}
