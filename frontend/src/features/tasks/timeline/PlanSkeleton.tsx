import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { useAfter } from '../../../lib/hooks';
import { Bone } from '../../../ui/states';

/** The geometry of a timeline before its rows are there: it takes all the room that they will, so that the tray stands where it stays. */
export function PlanSkeleton({ left }: { left: number }) {
  const { t } = useTranslation();
  const show = useAfter(150);
  return (
    <div className="tl-scroll tl-bones" role="status" aria-label={t('ui.loading')} style={{ '--left': `${left}px` } as CSSProperties}>
      <div className="tl-head">
        <div className="tl-corner" />
      </div>
      {show &&
        Array.from({ length: 14 }, (_, i) => (
          <div key={i} className="tl-bone">
            <div className="tl-left">
              <Bone width={14} height={14} />
              <Bone width={`${70 - ((i * 13) % 40)}%`} />
            </div>
            <span style={{ marginLeft: `${8 + ((i * 11) % 43)}%` }}>
              <Bone width={80 + ((i * 29) % 90)} height={22} />
            </span>
          </div>
        ))}
    </div>
  );
}
