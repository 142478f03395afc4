import type { Priority } from '../api/types';

const COUNT: Record<Priority, number> = { low: 1, medium: 2, high: 3, urgent: 4 };

/** Priority is counted in tally marks; urgent ones are struck through. */
export function PriorityIcon({ priority, size = 16 }: { priority: Priority; size?: number }) {
  const urgent = priority === 'urgent';
  const on = urgent ? 'var(--danger)' : priority === 'high' ? 'var(--text)' : 'var(--text-3)';
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      {[1, 5, 9, 13].map((x, i) =>
        urgent ? (
          <rect key={x} x={x} y="2" width="1.5" height="12" rx="0.7" fill={on} />
        ) : (
          <rect key={x} x={x} y="3" width="2" height="10" rx="0.8" fill={i < COUNT[priority] ? on : 'var(--tick-off)'} />
        ),
      )}
      {urgent && <path d="M0.5 11.5 15.5 4.5" stroke={on} strokeWidth="1.8" strokeLinecap="round" />}
    </svg>
  );
}
