/** The mark: five tally strokes on petrol. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g stroke="var(--on-accent)" strokeWidth="2.2" strokeLinecap="round">
        <path d="M8.5 9v14M13.2 9v14M17.9 9v14M22.6 9v14" />
        <path d="M5 20.5 26.5 11.5" />
      </g>
    </svg>
  );
}
export const PRODUCT = 'Task Track';
