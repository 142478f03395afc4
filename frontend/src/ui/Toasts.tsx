import { IconAlertCircle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../lib/store';
import { closeToast, runToast, type Toast, TOAST_MS, toasts } from '../lib/toasts';
import { IconButton } from './Button';
import { Kbd } from './marks';

const ICONS = {
  done: <IconCheck size={16} stroke={1.5} className="ok" aria-hidden="true" />,
  info: <IconInfoCircle size={16} stroke={1.5} className="second" aria-hidden="true" />,
  error: <IconAlertCircle size={16} stroke={1.5} className="danger" aria-hidden="true" />,
};

export function Toasts() {
  const list = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <Item key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Item({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  const held = useRef(false);
  useEffect(() => {
    if (toast.kind === 'error') return;
    let timer: ReturnType<typeof setTimeout>;
    const arm = () => {
      timer = setTimeout(() => (held.current ? arm() : closeToast(toast.id)), TOAST_MS);
    };
    arm();
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div className="toast" onMouseEnter={() => (held.current = true)} onMouseLeave={() => (held.current = false)} onFocus={() => (held.current = true)} onBlur={() => (held.current = false)}>
      {ICONS[toast.kind]}
      <div className="toast-text">
        <div>{toast.text}</div>
        {toast.detail && <div className="toast-detail">{toast.detail}</div>}
        {toast.requestId && <div className="toast-detail mono">{t('ui.request', { id: toast.requestId.slice(0, 13) })}</div>}
      </div>
      {toast.action && (
        <button type="button" className="link" onClick={() => runToast(toast)}>
          {toast.action.label}
          {toast.action.undo && <Kbd>Z</Kbd>}
        </button>
      )}
      <IconButton name={t('ui.close')} icon={<IconX size={14} stroke={1.5} />} onClick={() => closeToast(toast.id)} />
      {toast.kind !== 'error' && <span className="toast-bar" style={{ animationDuration: `${TOAST_MS}ms` }} />}
    </div>
  );
}
