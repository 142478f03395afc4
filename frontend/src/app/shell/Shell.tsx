import { Outlet, useLocation } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/refs';
import { ConflictHost } from '../../features/tasks/ConflictHost';
import { TaskHosts } from '../../features/tasks/TaskHosts';
import { createOpen } from '../../features/tasks/create/store';
import { listenToKeys } from '../../lib/commands';
import { usePhone } from '../../lib/hooks';
import { followDensity, sideBar, singleKeys } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { ErrorBoundary } from '../ErrorBoundary';
import { Live } from '../Live';
import { Preferences } from '../Preferences';
import { NetLine } from './NetLine';
import { PhoneTabs } from './PhoneTabs';
import './shell.css';
import { SideBar } from './SideBar';
import { overlay, useGlobalCommands } from './useGlobalCommands';

// Once fetched they are rendered without a pause, so that no key typed after C or Ctrl+K is lost.
let CreateNow: ComponentType | null = null;
let PaletteNow: ComponentType<{ onClose(): void }> | null = null;
const loadCreate = () => import('../../features/tasks/create/Create').then((m) => ((CreateNow = m.default), m));
const loadPalette = () => import('./Palette').then((m) => ((PaletteNow = m.default), m));
const CreateDialog = lazy(loadCreate);
const Palette = lazy(loadPalette);
const KeySheet = lazy(() => import('./KeySheet'));

export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const phone = usePhone();
  const path = useLocation({ select: (l) => l.pathname });
  const creating = useStore(createOpen);
  const over = useStore(overlay);
  const side = useStore(sideBar);
  useEffect(() => listenToKeys(() => singleKeys.get()), []);
  useEffect(followDensity, []);
  useGlobalCommands();
  useEffect(() => {
    // Fetched while nothing else happens: the keys C and Ctrl+K then answer at once.
    const timer = setTimeout(() => void Promise.all([loadCreate(), loadPalette()]).catch(() => undefined), 1500);
    return () => clearTimeout(timer);
  }, []);
  if (!session) return null;
  return (
    <div className="shell" data-side={side}>
      <a href="#main" className="skip">
        {t('ui.skip')}
      </a>
      {!phone && <SideBar />}
      <div className="main">
        <NetLine />
        <ErrorBoundary resetKey={path}>
          <Outlet />
        </ErrorBoundary>
      </div>
      {phone && <PhoneTabs />}
      <Live />
      <Preferences />
      <ConflictHost />
      <TaskHosts />
      <Suspense fallback={null}>
        {creating && (CreateNow ? <CreateNow /> : <CreateDialog />)}
        {over === 'palette' && (PaletteNow ? <PaletteNow onClose={() => overlay.set(null)} /> : <Palette onClose={() => overlay.set(null)} />)}
        {over === 'keys' && <KeySheet onClose={() => overlay.set(null)} />}
      </Suspense>
    </div>
  );
}
