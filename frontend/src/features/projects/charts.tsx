import { IconChartBar, IconTable } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/Button';
import { useDateCtx } from '../../ui/useDateCtx';

export interface Day {
  date: string;
  open: number;
  created: number;
  completed: number;
}
const HEIGHT = 190;
const LEFT = 34;
const BOTTOM = 24;
const TOP = 8;

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return { box, width };
}
/** Round steps from zero to at least `most`: [0, 4, 8, 12]. */
export function steps(most: number): number[] {
  const raw = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= raw && Number.isInteger(s)) ?? Math.ceil(raw));
  const out = [0];
  while (out.at(-1)! < most || out.length < 2) out.push(out.at(-1)! + step);
  return out;
}

interface Props {
  title: string;
  days: Day[];
  /** What is drawn, in the order of the table. */
  series: { key: 'completed' | 'created' | 'open'; name: string; tone: 'accent' | 'control' }[];
  kind: 'bars' | 'line';
  lead?: ReactNode;
}

/** A daily chart drawn by hand, with the numbers of a day under the pointer or the arrow keys, and a table behind it. */
export function DayChart({ title, days, series, kind, lead }: Props) {
  const { t, i18n } = useTranslation();
  const ctx = useDateCtx();
  const { box, width } = useWidth();
  const [table, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  // A bare date is a day, not a moment: it is said in UTC as it was written.
  const day = (date: string, long = false) => new Intl.DateTimeFormat(ctx.lang === 'en' ? 'en-GB' : 'ru-RU', { day: 'numeric', month: long ? 'long' : 'short', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`)).replace(/ г\.$/, '');
  const number = (n: number) => new Intl.NumberFormat(i18n.language).format(n);
  const most = Math.max(1, ...days.flatMap((d) => series.map((s) => d[s.key])));
  const grid = steps(most);
  const top = grid.at(-1)!;
  const inner = Math.max(0, width - LEFT - 4);
  const slot = inner / Math.max(1, days.length);
  const x = (i: number) => LEFT + i * slot;
  const y = (n: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - n / top);
  const every = Math.max(1, Math.ceil(days.length / Math.max(2, Math.floor(inner / 74))));
  const bar = Math.max(1, Math.min(8, Math.floor((slot - 3) / series.length)));
  const shown = at === null ? null : days[at];
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    setAt((now) => Math.min(days.length - 1, Math.max(0, (now ?? (by > 0 ? -1 : days.length)) + by)));
  };
  const said = shown && `${day(shown.date, true)}: ${series.map((s) => `${s.name} ${number(shown[s.key])}`).join(', ')}`;
  return (
    <section className="pcard chart">
      <header>
        <h2>{title}</h2>
        <span className="chart-legend" aria-hidden="true">
          {shown ? (
            <b>{day(shown.date, true)}</b>
          ) : (
            lead
          )}
          {series.map((s) => (
            <span key={s.key} className="chart-key">
              <i style={{ background: `var(--${s.tone})` }} />
              {s.name}
              {shown && <b>{number(shown[s.key])}</b>}
            </span>
          ))}
        </span>
        <IconButton
          name={t(table ? 'project.as_chart' : 'project.as_table')}
          icon={table ? <IconChartBar size={16} stroke={1.5} aria-hidden="true" /> : <IconTable size={16} stroke={1.5} aria-hidden="true" />}
          aria-pressed={table}
          onClick={() => setTable(!table)}
        />
      </header>
      {table ? (
        <div className="chart-table" tabIndex={0} role="region" aria-label={title} style={{ height: HEIGHT }}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('project.day')}</th>
                {series.map((s) => (
                  <th key={s.key} scope="col">
                    {s.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...days].reverse().map((d) => (
                <tr key={d.date}>
                  <th scope="row">{day(d.date, true)}</th>
                  {series.map((s) => (
                    <td key={s.key}>{number(d[s.key])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div ref={box} className="chart-box" style={{ height: HEIGHT }} tabIndex={0} role="img" aria-label={said || `${title}. ${t('project.chart_keys')}`} onKeyDown={onKey} onBlur={() => setAt(null)}>
          {width > 0 && (
            <svg
              width={width}
              height={HEIGHT}
              aria-hidden="true"
              onMouseMove={(e) => setAt(Math.min(days.length - 1, Math.max(0, Math.floor((e.clientX - e.currentTarget.getBoundingClientRect().left - LEFT) / slot))))}
              onMouseLeave={() => setAt(null)}
            >
              {grid.map((n) => (
                <g key={n}>
                  <line x1={LEFT} x2={width} y1={Math.round(y(n)) + 0.5} y2={Math.round(y(n)) + 0.5} stroke="var(--line)" />
                  <text x={LEFT - 8} y={y(n) + 4} textAnchor="end">
                    {number(n)}
                  </text>
                </g>
              ))}
              {at !== null && <rect x={x(at)} y={TOP} width={slot} height={HEIGHT - TOP - BOTTOM} fill="var(--hover)" />}
              {kind === 'bars' &&
                days.map((d, i) =>
                  series.map((s, k) => d[s.key] > 0 && <rect key={`${d.date}${s.key}`} x={x(i) + (slot - bar * series.length - 1) / 2 + k * (bar + 1)} y={y(d[s.key])} width={bar} height={y(0) - y(d[s.key])} rx={Math.min(2, bar / 2)} fill={`var(--${s.tone})`} />),
                )}
              {kind === 'line' &&
                series.map((s) => <path key={s.key} d={days.map((d, i) => `${i === 0 ? 'M' : 'L'}${x(i) + slot / 2} ${y(d[s.key])}`).join('')} fill="none" stroke={`var(--${s.tone})`} strokeWidth="2" strokeLinejoin="round" strokeLinecap="round" />)}
              {kind === 'line' && at !== null && series.map((s) => <circle key={s.key} cx={x(at) + slot / 2} cy={y(days[at]![s.key])} r="3.5" fill={`var(--${s.tone})`} />)}
              {days.map(
                (d, i) =>
                  i % every === 0 && (
                    <text key={d.date} x={x(i) + slot / 2} y={HEIGHT - 6} textAnchor={i === 0 ? 'start' : 'middle'}>
                      {day(d.date)}
                    </text>
                  ),
              )}
            </svg>
          )}
        </div>
      )}
    </section>
  );
}
