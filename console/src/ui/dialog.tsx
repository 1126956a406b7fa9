// The browser's own modal dialog: it keeps the focus inside, closes with Escape and gives the
// focus back.
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { words } from '@/i18n';
import { Button } from './button';
import { cx } from './cx';
import { ErrorState } from './feedback';
import { Icon } from './icon';
import type { ApiProblem } from '@/api/problem';

const useWords = words({
  en: { close: 'Close', cancel: 'Cancel' },
  de: { close: 'Schließen', cancel: 'Abbrechen' },
});

export function Dialog({
  title,
  onClose,
  wide = false,
  side = false,
  sticky = false,
  children,
}: {
  title: ReactNode;
  onClose: () => void;
  wide?: boolean;
  /** a panel at the right edge, for the detail of a row */
  side?: boolean;
  /** a press beside it does not close it: what it shows comes once */
  sticky?: boolean;
  children: ReactNode;
}) {
  const t = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  // closed before it leaves the page, or the browser would not give the focus back
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) {
      dialog.showModal();
      // a form begins at its first field, anything else at its beginning
      (dialog.querySelector<HTMLElement>('input, select, textarea') ?? dialog).focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        // React passes on what was meant for a dialog that stands inside this one
        if (event.target === ref.current) {
          onClose();
        }
      }}
      onMouseDown={(event) => !sticky && event.target === ref.current && onClose()}
      className={cx(
        'bg-surface text-ink shadow-2xl outline-none',
        side
          ? 'm-0 ml-auto h-dvh max-h-dvh w-full max-w-3xl border-l border-line'
          : cx(
              'm-auto max-h-[92dvh] w-[calc(100%-1.5rem)] rounded-lg border border-line',
              wide ? 'max-w-3xl' : 'max-w-lg',
            ),
      )}
    >
      <div className="flex max-h-[inherit] min-h-full flex-col">
        <div className="sticky top-0 z-10 flex items-center justify-between gap-3 border-b border-line bg-surface px-4 py-2">
          <h2 id={id} className="min-w-0 text-[1.07rem] font-semibold">
            {title}
          </h2>
          <Button look="quiet" size="icon" aria-label={t('close')} onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
        <div className="min-h-0 p-4">{children}</div>
      </div>
    </dialog>
  );
}

/** What a form does when it is sent: a change, as `useChange` makes it. */
export interface Sending {
  isPending: boolean;
  error: ApiProblem | null;
  mutate: (input: undefined) => void;
}

/** A form in a dialog: Enter sends it, its refusal shows at its field, else above the buttons. */
export function FormDialog({
  title,
  submit,
  danger = false,
  change,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  submit: string;
  danger?: boolean;
  change: Sending;
  onClose: () => void;
  wide?: boolean;
  children: ReactNode;
}) {
  const t = useWords();
  const problem = change.error;
  const form = useRef<HTMLFormElement>(null);
  const [atField, setAtField] = useState(false);
  useEffect(() => {
    // a field that says it itself is shown, even where it was folded away
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? null;
    field?.closest('details')?.setAttribute('open', '');
    field?.focus();
    setAtField(field !== null);
  }, [problem]);
  return (
    <Dialog title={title} onClose={onClose} wide={wide}>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
        className="flex flex-col gap-4"
      >
        {children}
        {problem !== null && !atField && <ErrorState problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} busy={change.isPending}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
