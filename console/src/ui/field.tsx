// Form controls. Each is labelled, says its hint and its error to a screen reader, and is found
// by the name the API uses, so that a refusal that names a field lands at that field.
import { useId, type ComponentProps, type ReactNode } from 'react';
import type { ApiProblem } from '@/api/problem';
import { cx } from './cx';

interface Shared {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** The label is for screen readers alone, where the place says it already. */
  hideLabel?: boolean;
}

function Frame({
  id,
  label,
  hint,
  error,
  hideLabel,
  required,
  className,
  children,
}: Shared & { id: string; required?: boolean; className?: string; children: ReactNode }) {
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className={cx('font-medium', hideLabel === true && 'sr-only')}>
        {label}
        {required === true && (
          <span className="text-muted" aria-hidden>
            {' *'}
          </span>
        )}
      </label>
      {children}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-[0.93rem] text-muted">
          {hint}
        </div>
      )}
      {error !== undefined && error !== null && (
        <div id={`${id}-error`} role="alert" className="text-[0.93rem] text-bad">
          {error}
        </div>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Shared) {
  const ids = [hint !== undefined && `${id}-hint`, error != null && `${id}-error`];
  return {
    'aria-describedby': ids.filter(Boolean).join(' ') || undefined,
    'aria-invalid': error != null || undefined,
  };
}

export function TextField({
  label,
  hint,
  error,
  hideLabel = false,
  className,
  ...rest
}: Shared & ComponentProps<'input'>) {
  const own = useId();
  const id = rest.id ?? own;
  const shared = { label, hint, error, hideLabel };
  return (
    <Frame {...shared} id={id} required={rest.required ?? false} className={className ?? ''}>
      <input
        autoComplete="off"
        {...rest}
        id={id}
        {...described(id, shared)}
        className="control w-full min-w-0"
      />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel = false,
  className,
  ...rest
}: Shared & ComponentProps<'textarea'>) {
  const own = useId();
  const id = rest.id ?? own;
  const shared = { label, hint, error, hideLabel };
  return (
    <Frame {...shared} id={id} required={rest.required ?? false} className={className ?? ''}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        {...described(id, shared)}
        className="control h-auto w-full min-w-0 py-2"
      />
    </Frame>
  );
}

/** One file of this machine. */
export function FileField({
  label,
  hint,
  error,
  hideLabel = false,
  className,
  ...rest
}: Shared & ComponentProps<'input'>) {
  const id = useId();
  const shared = { label, hint, error, hideLabel };
  return (
    <Frame {...shared} id={id} required={rest.required ?? false} className={className ?? ''}>
      <input
        {...rest}
        type="file"
        id={id}
        {...described(id, shared)}
        className={
          'w-full min-w-0 text-[0.93rem] file:mr-3 file:h-9 file:cursor-pointer file:rounded-md' +
          ' file:border file:border-line-strong/60 file:bg-surface file:px-3 file:font-medium' +
          ' file:text-ink hover:file:bg-sunken'
        }
      />
    </Frame>
  );
}

export type Choice = { value: string; label: string; disabled?: boolean };

/** The browser's own list: it works with every keyboard, screen reader and phone. */
export function Select({
  label,
  hint,
  error,
  hideLabel = false,
  className,
  choices,
  ...rest
}: Shared & Omit<ComponentProps<'select'>, 'children'> & { choices: readonly Choice[] }) {
  const own = useId();
  const id = rest.id ?? own;
  const shared = { label, hint, error, hideLabel };
  return (
    <Frame {...shared} id={id} required={rest.required ?? false} className={className ?? ''}>
      <select {...rest} id={id} {...described(id, shared)} className="control w-full min-w-0 pr-1">
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled}>
            {choice.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function Checkbox({
  label,
  hint,
  className,
  ...rest
}: ComponentProps<'input'> & { label: ReactNode; hint?: ReactNode }) {
  const id = useId();
  return (
    <div className={cx('flex items-start gap-2', className)}>
      <input
        {...rest}
        type="checkbox"
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <div id={`${id}-hint`} className="text-[0.93rem] text-muted">
            {hint}
          </div>
        )}
      </div>
    </div>
  );
}

/** The server's complaint about one field, for that field. */
export function fieldError(problem: ApiProblem | null, name: string): string | null {
  return problem?.param === name ? problem.message : null;
}
