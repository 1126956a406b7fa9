// A chart of series over time. ECharts is a chunk of its own that only pages with a chart load.
// It draws on a canvas and its tooltip is built of elements, so nothing is styled inline in
// markup, which the content security policy forbids. Beside the picture the same figures stand
// in a table for those who cannot see it.
import { useEffect, useRef } from 'react';
import { useTheme } from '@/app/theme';

export interface Series {
  name: string;
  /** one for each time; null where there is none */
  values: (number | null)[];
}

export interface ChartProps {
  /** what it shows, in a sentence */
  label: string;
  times: string[];
  series: Series[];
  kind?: 'line' | 'bar';
  stacked?: boolean;
  /** how a value reads */
  format: (value: number) => string;
  formatTime: (time: string) => string;
  className?: string;
}

export function Chart(props: ChartProps) {
  const { label, times, series, format, formatTime, className = 'h-64' } = props;
  const box = useRef<HTMLDivElement>(null);
  const { resolved } = useTheme();
  const drawn = useRef<{ set: (props: ChartProps) => void; close: () => void } | null>(null);
  const newest = useRef(props);
  newest.current = props;
  useEffect(() => {
    let gone = false;
    void import('./chart-draw').then(({ draw }) => {
      if (!gone && box.current !== null) {
        drawn.current = draw(box.current);
        drawn.current.set(newest.current);
      }
    });
    return () => {
      gone = true;
      drawn.current?.close();
      drawn.current = null;
    };
    // a theme has its own colours: begin anew
  }, [resolved]);
  const figures = JSON.stringify([times, series]);
  useEffect(() => {
    drawn.current?.set(newest.current);
  }, [figures, label]);
  return (
    <figure className="min-w-0">
      <div ref={box} aria-hidden className={`w-full ${className}`} />
      <figcaption className="sr-only">{label}</figcaption>
      {/* a table does not shrink by itself: only what holds it does */}
      <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <th scope="row">{formatTime(time)}</th>
              {series.map((one) => {
                const value = one.values[index];
                return <td key={one.name}>{value == null ? '' : format(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
      </div>
    </figure>
  );
}

/** A line of a few pixels inside a row or figure. */
export function Sparkline({ values }: { values: number[] }) {
  const width = 96;
  const height = 24;
  const most = Math.max(...values, 0);
  if (values.length < 2 || most === 0) {
    return null;
  }
  const points = values
    .map((value, index) => {
      const x = (index / (values.length - 1)) * width;
      return `${x.toFixed(1)},${(height - 2 - (value / most) * (height - 4)).toFixed(1)}`;
    })
    .join(' ');
  return (
    <svg aria-hidden viewBox={`0 0 ${width} ${height}`} className="h-6 w-24 text-accent">
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.5" />
    </svg>
  );
}
