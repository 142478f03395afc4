import { useTranslation } from 'react-i18next';
import { Link } from '@tanstack/react-router';
import { useStore } from '../../../lib/store';
import { Dialog } from '../../../ui/Dialog';
import { failures } from './store';
import './bulk.css';

/** Which tasks did not change, and why each. */
export default function FailuresDialog() {
  const { t } = useTranslation();
  const failed = useStore(failures);
  if (!failed) return null;
  const close = () => failures.set(null);
  return (
    <Dialog title={t('bulk.failed_title', { count: failed.length })} onClose={close}>
      <ul className="failures">
        {failed.map((item) => (
          <li key={item.key}>
            <Link to="/tasks/$key" params={{ key: item.key }} className="nowrap" onClick={close}>
              {item.key}
            </Link>
            <span className="second">{item.why}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
