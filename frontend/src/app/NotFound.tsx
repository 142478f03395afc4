import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Empty } from '../ui/states';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty title={t('ui.no_page')} text={t('ui.no_page_text')}>
      <Link to="/" className="btn btn-default">
        {t('nav.my')}
      </Link>
    </Empty>
  );
}
