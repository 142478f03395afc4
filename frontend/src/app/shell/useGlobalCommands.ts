import { useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import * as api from '../../api/endpoints';
import { useExchangeAllowed } from '../../features/exchange/queries';
import { openCreate, openFull, openTemplates } from '../../features/tasks/create/store';
import { useCommands } from '../../lib/commands';
import { language, setLanguage } from '../../lib/i18n';
import { density, sideBar, singleKeys } from '../../lib/prefs';
import { createStore } from '../../lib/store';
import { typeAhead } from '../../lib/typeahead';
import { showToast, undoLatest, undoPast } from '../../lib/toasts';

export const overlay = createStore<'palette' | 'keys' | null>(null);

/** What stands in the palette when it opens. */
export const paletteText = createStore('');
export function openPalette(): void {
  paletteText.set('');
  typeAhead('.palette-input', (text) => paletteText.set((now) => now + text), () => overlay.get() === 'palette');
  overlay.set('palette');
}

/** The commands that are there on every screen. */
export function useGlobalCommands(): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const exchange = useExchangeAllowed();
  const { setColorScheme } = useMantineColorScheme();
  const changeLanguage = () => {
    const next = language() === 'ru' ? 'en' : 'ru';
    void setLanguage(next);
    void api.users.updateMe({ language: next }).catch(() => undefined);
  };
  useCommands([
    { id: 'palette', run: () => (overlay.get() === 'palette' ? overlay.set(null) : openPalette()) },
    { id: 'keys', run: () => overlay.set('keys') },
    { id: 'task.create', run: () => openCreate() },
    { id: 'task.full', run: () => openFull() },
    { id: 'task.template', run: () => openTemplates() },
    { id: 'undo', run: () => void (undoPast() || showToast({ kind: 'info', text: t('undo.nothing') })) },
    { id: 'undo.toast', run: () => void undoLatest() },
    { id: 'go.home', run: () => void navigate({ to: '/' }) },
    { id: 'go.my', run: () => void navigate({ to: '/my', search: { open: 'true' } }) },
    { id: 'go.tasks', run: () => void navigate({ to: '/tasks', search: {} }) },
    { id: 'go.projects', run: () => void navigate({ to: '/projects', search: {} }) },
    { id: 'go.templates', run: () => void navigate({ to: '/templates' }) },
    { id: 'go.tags', run: () => void navigate({ to: '/tags' }) },
    { id: 'go.settings', run: () => void navigate({ to: '/settings' }) },
    ...(exchange
      ? [
          { id: 'go.conflicts', run: () => void navigate({ to: '/exchange/conflicts' }) },
          { id: 'go.rules', run: () => void navigate({ to: '/exchange/rules', search: {} }) },
          { id: 'go.dead', run: () => void navigate({ to: '/exchange/dead-letters' }) },
        ]
      : []),
    { id: 'view.side', run: () => sideBar.set((now) => (now === 'hidden' ? 'auto' : 'hidden')) },
    { id: 'view.light', run: () => setColorScheme('light') },
    { id: 'view.dark', run: () => setColorScheme('dark') },
    { id: 'view.auto', run: () => setColorScheme('auto') },
    { id: 'view.compact', run: () => density.set('compact') },
    { id: 'view.default', run: () => density.set('default') },
    { id: 'view.comfortable', run: () => density.set('comfortable') },
    { id: 'view.language', run: changeLanguage },
    { id: 'view.single_keys', run: () => singleKeys.set((now) => !now) },
    { id: 'logout', run: () => void api.auth.logOut().catch(() => undefined) },
  ]);
}
