import { useId, useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { cx } from './cx';

const FILLING = 'flex min-h-0 flex-1 flex-col';

/** Arrow keys move between tabs, as screen readers announce. */
export function Tabs<K extends string>({
  label,
  tabs,
  value,
  onChange,
  fill = false,
  children,
}: {
  label: string;
  tabs: readonly { key: K; label: ReactNode }[];
  value: K;
  onChange: (key: K) => void;
  /** as high as its place, for pages whose parts scroll by themselves */
  fill?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // on a phone not all of them fit
    const chosen = list.current?.querySelector<HTMLElement>('[aria-selected=true]');
    if (list.current != null && chosen != null) {
      const { scrollLeft, clientWidth, offsetLeft } = list.current;
      const from = chosen.offsetLeft - offsetLeft;
      if (from < scrollLeft || from + chosen.offsetWidth > scrollLeft + clientWidth) {
        list.current.scrollLeft = from + chosen.offsetWidth - clientWidth;
      }
    }
  }, [value]);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.key === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next !== undefined) {
      onChange(next.key);
      list.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
    }
  };
  return (
    <div className={cx('min-w-0', fill && FILLING)}>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={move}
        className="mb-4 flex shrink-0 gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            data-key={tab.key}
            aria-selected={tab.key === value}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === value ? 0 : -1}
            onClick={() => onChange(tab.key)}
            className={cx(
              '-mb-px border-b-2 px-3 py-2 font-medium whitespace-nowrap outline-offset-[-2px]',
              tab.key === value
                ? 'border-accent text-ink'
                : 'border-transparent text-muted hover:text-ink',
            )}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${value}`}
        className={fill ? FILLING : ''}
      >
        {children}
      </div>
    </div>
  );
}
