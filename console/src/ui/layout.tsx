import { useEffect, type ReactNode } from 'react';
import { cx } from './cx';

/** The first thing of every page: its one h1, what it is for, and what can be done. */
export function PageHeader({
  title,
  children,
  actions,
}: {
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  useEffect(() => {
    document.title = typeof title === 'string' ? `${title} · Sluice` : 'Sluice';
  }, [title]);
  return (
    <div className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-[1.5rem] leading-tight font-semibold tracking-tight">{title}</h1>
        {children !== undefined && <div className="mt-1 max-w-3xl text-pretty text-muted">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

/** The top of a panel: the state of what it shows, and what can be done with it. */
export function PanelHead({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <div className="flex flex-wrap items-center gap-2">{children}</div>
      <div className="flex flex-wrap items-center gap-2 empty:hidden">{actions}</div>
    </div>
  );
}

/** A framed part of a page. `flush` for tables, which bring their own padding. */
export function Card({
  title,
  actions,
  flush = false,
  className,
  children,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={cx('min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title !== undefined && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1.5">
          <h2 className="text-[1.03rem] font-semibold">{title}</h2>
          {actions}
        </div>
      )}
      <div className={flush ? 'min-w-0' : 'p-4'}>{children}</div>
    </section>
  );
}

type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'accent';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  accent: 'bg-accent-soft text-accent-ink',
};

/** A state in a word; colour is never its only sign. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded px-1.5 py-px text-[0.86rem] font-medium whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

/** One figure with its name; `note` says against what it is to be read. */
export function Figure({
  label,
  value,
  note,
  tone,
}: {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'good' | 'warn' | 'bad';
}) {
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-3 py-3 sm:px-4">
      <div className="text-[0.93rem] text-muted">{label}</div>
      <div
        className={cx(
          'tabular mt-0.5 text-[1.57rem] max-sm:text-[1.07rem] leading-tight font-semibold tracking-tight',
          tone === 'bad' && 'text-bad',
          tone === 'warn' && 'text-warn',
          tone === 'good' && 'text-good',
        )}
      >
        {value}
      </div>
      {note !== undefined && <div className="mt-1 text-[0.93rem] text-muted">{note}</div>}
    </div>
  );
}

/** Names and values, one pair a line: what a thing is made of. */
export function Facts({ of }: { of: [label: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {of.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How much of a limit is used; `held` is promised to calls that run. */
export function Meter({
  label,
  used,
  held = 0,
}: {
  label: string;
  /** shares from 0 to 1 */
  used: number;
  held?: number;
}) {
  const share = Math.min(1, Math.max(0, used));
  const tone = share >= 1 ? 'bg-bad' : share >= 0.8 ? 'bg-warn' : 'bg-accent';
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="flex h-2 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div className={tone} style={{ width: `${share * 100}%` }} />
      <div
        className="bg-line-strong"
        style={{ width: `${Math.min(1 - share, Math.max(0, held)) * 100}%` }}
      />
    </div>
  );
}
