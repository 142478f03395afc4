import type { Status } from '../api/types';

/** Status is a rounded square; its shape says which, its colour only helps. */
export function StatusIcon({ status, size = 16 }: { status: Status; size?: number }) {
  const color = `var(--st-${status})`;
  const outline = { fill: 'none', stroke: color, strokeWidth: 1.5 };
  const square = <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="3.5" {...outline} />;
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {status === 'new' && <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="3.5" {...outline} strokeDasharray="3 2.2" strokeLinecap="round" />}
      {status === 'in_progress' && (
        <>
          {square}
          <rect x="4" y="4" width="4" height="8" rx="1.2" fill={color} />
        </>
      )}
      {status === 'waiting' && (
        <>
          {square}
          <rect x="5" y="5" width="2" height="6" rx="0.6" fill={color} />
          <rect x="9" y="5" width="2" height="6" rx="0.6" fill={color} />
        </>
      )}
      {status === 'testing' && (
        <>
          {square}
          <circle cx="4.9" cy="8" r="1.1" fill={color} />
          <circle cx="8" cy="8" r="1.1" fill={color} />
          <circle cx="11.1" cy="8" r="1.1" fill={color} />
        </>
      )}
      {(status === 'done' || status === 'closed') && <rect x="1" y="1" width="14" height="14" rx="3.5" fill={color} />}
      {status === 'done' && <path d="M4.5 8.2 7 10.6l4.6-5" fill="none" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />}
      {status === 'closed' && <path d="M4.5 8h7" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />}
    </svg>
  );
}
