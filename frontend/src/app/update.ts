import i18next from 'i18next';
import { showToast } from '../lib/toasts';

const HOUR = 3_600_000;

/**
 * Registers the service worker (src/sw.js) when the page has nothing else to do. A new version
 * waits until the person takes it: nothing changes under their hands.
 */
export function startUpdates(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const register = async () => {
    const registration = await navigator.serviceWorker.register('/sw.js').catch(() => undefined);
    if (!registration) return;
    const tell = (worker: ServiceWorker) =>
      offer(() => {
        asked = true;
        worker.postMessage('take-over');
      });
    const follow = (worker: ServiceWorker | null) =>
      worker?.addEventListener('statechange', () => {
        // The first one of all has nothing to replace.
        if (worker.state === 'installed' && navigator.serviceWorker.controller) tell(worker);
      });
    if (registration.waiting && navigator.serviceWorker.controller) tell(registration.waiting);
    follow(registration.installing);
    registration.addEventListener('updatefound', () => follow(registration.installing));
    setInterval(() => void registration.update().catch(() => undefined), HOUR);
  };
  let asked = false;
  const offer = (run: () => void) => showToast({ kind: 'info', text: i18next.t('offline.update'), action: { label: i18next.t('offline.reload'), run } });
  const had = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Taken in another tab: what is being written here is not thrown away for it.
    if (asked) location.reload();
    else if (had) offer(() => location.reload());
  });
  const idle = () => (typeof requestIdleCallback === 'function' ? requestIdleCallback(() => void register(), { timeout: 10_000 }) : setTimeout(() => void register(), 3000));
  if (document.readyState === 'complete') idle();
  else addEventListener('load', idle, { once: true });
}
