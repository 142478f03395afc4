import { useTranslation } from 'react-i18next';
import { useAfter } from '../../../lib/hooks';
import { Bone } from '../../../ui/states';

/** The geometry of a list before its rows are there. */
export function ListSkeleton() {
  const { t } = useTranslation();
  const show = useAfter(150);
  return (
    <div className="tgrid" role="status" aria-label={t('ui.loading')}>
      <div className="thead" />
      {show &&
        Array.from({ length: 14 }, (_, i) => (
          <div key={i} className="tbone tbone-still">
            <span />
            <Bone width={14} height={14} />
            <Bone width={56} />
            <Bone width={`${70 - ((i * 13) % 40)}%`} />
            <Bone width={20} height={20} round />
            <Bone width={72} />
            <span className="col-updated">
              <Bone width={64} />
            </span>
          </div>
        ))}
    </div>
  );
}
