import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { useAfter } from '../lib/hooks';
import { Button } from './Button';

/** Nothing here: one sentence why, and what to do. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <section className="empty">
      <svg width="72" height="60" viewBox="0 0 72 60" aria-hidden="true">
        <path d="M4 4v52" stroke="var(--accent)" strokeWidth="2" />
        {[14, 30, 46].map((y, i) => (
          <g key={y} opacity={1 - i * 0.3}>
            <rect x="12" y={y - 5} width="10" height="10" rx="3" fill="none" stroke="var(--control)" strokeDasharray="3 2" />
            <rect x="28" y={y - 2} width={38 - i * 5} height="4" rx="2" fill="var(--border)" />
          </g>
        ))}
      </svg>
      <div>
        <h2>{title}</h2>
        {text && <p>{text}</p>}
        <div className="row-flex" style={{ flexWrap: 'wrap' }}>
          {children}
        </div>
      </div>
    </section>
  );
}

/** What a problem means in the reader's language; the server's sentence where we know no better. */
export function useProblemText() {
  const { t, i18n } = useTranslation();
  return (error: unknown): string => {
    const problem = asProblem(error);
    const key = `problem.${problem.code.replaceAll('-', '_')}`;
    if (i18n.exists(key)) return t(key, { detail: problem.body.detail ?? '', seconds: problem.retryAfter ?? 30 });
    return problem.body.detail || problem.body.title || t('problem.internal');
  };
}

export function ErrorState({ title, error, onRetry }: { title: string; error: unknown; onRetry?(): void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const problem = asProblem(error);
  return (
    <section className="error-state" role="alert">
      <IconPlugConnectedX size={20} stroke={1.5} className="danger" aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{words(error)}</p>
        <div className="row-flex">
          {onRetry && <Button onClick={onRetry}>{t('ui.retry')}</Button>}
          {problem.requestId && <span className="mono small muted">{t('ui.request', { id: problem.requestId.slice(0, 13) })}</span>}
        </div>
      </div>
    </section>
  );
}

export function Bone({ width, height = 10, round }: { width: number | string; height?: number; round?: boolean }) {
  return <span className="skeleton" style={{ width, height, borderRadius: round ? '50%' : undefined }} />;
}

/** Lines in the place of a text, after a moment. */
export function LinesSkeleton({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  const show = useAfter(150);
  return (
    <div className="col-flex" style={{ padding: 24, gap: 12 }} role="status" aria-label={t('ui.loading')}>
      {show && Array.from({ length: lines }, (_, i) => <Bone key={i} width={`${88 - ((i * 17) % 45)}%`} />)}
    </div>
  );
}
