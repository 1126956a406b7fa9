// What a page shows instead of, beside or after its content: waiting, nothing there, something
// went wrong, done.
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from 'react';
import type { ApiProblem } from '@/api/problem';
import { words } from '@/i18n';
import { Button } from './button';
import { CopyButton } from './copy';
import { cx } from './cx';

const useWords = words({
  en: {
    again: 'Try again',
    requestId: 'Request id',
    copyId: 'Copy request id',
    unreachable: 'Sluice does not answer.',
    loading: 'Loading',
    dismiss: 'Dismiss',
    hint0: 'Check that the server runs and that this machine reaches it. This page tries again.',
    hint401: 'Sign in again.',
    hint403: 'Somebody with the role owner or platform can give you this right.',
    hint404: 'It may have been deleted, or belong to another organization.',
    hint409: 'Somebody changed it meanwhile, or it is in use. Look at it again, then repeat.',
    hint429: 'Wait {seconds} s, then try again.',
    hint429none: 'Wait a moment, then try again.',
    hint5xx: 'Look for the request id in the server’s log.',
  },
  de: {
    again: 'Noch einmal',
    requestId: 'Anfrage-ID',
    copyId: 'Anfrage-ID kopieren',
    unreachable: 'Sluice antwortet nicht.',
    loading: 'Wird geladen',
    dismiss: 'Schließen',
    hint0: 'Läuft der Server, und erreicht ihn dieser Rechner? Die Seite versucht es weiter.',
    hint401: 'Bitte erneut anmelden.',
    hint403: 'Wer die Rolle owner oder platform hat, kann dieses Recht vergeben.',
    hint404: 'Es wurde vielleicht gelöscht oder gehört einer anderen Organisation.',
    hint409: 'Es wurde inzwischen geändert oder wird benutzt. Bitte ansehen und wiederholen.',
    hint429: 'In {seconds} s noch einmal versuchen.',
    hint429none: 'Kurz warten und noch einmal versuchen.',
    hint5xx: 'Im Protokoll des Servers nach der Anfrage-ID suchen.',
  },
});

export function Spinner() {
  return (
    <span
      aria-hidden
      className="size-3.5 animate-spin rounded-full border-2 border-current border-t-transparent"
    />
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cx('animate-pulse rounded bg-sunken', className)} />;
}

/** A block of lines that stand for what is being loaded. */
export function Loading({ lines = 4 }: { lines?: number }) {
  const t = useWords();
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">{t('loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={cx('h-5', index % 3 === 2 ? 'w-2/3' : 'w-full')} />
      ))}
    </div>
  );
}

/** Nothing there: says what would be, and offers the step that makes it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      <p className="text-[1.07rem] font-semibold">{title}</p>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What happened in the server's words, what to do about it, and the id to ask with. */
export function ErrorState({
  problem,
  retry,
  advice = true,
}: {
  problem: ApiProblem;
  retry?: () => void;
  /** what to do, where the place knows it better than the status tells; false: nothing */
  advice?: ReactNode;
}) {
  const t = useWords();
  return (
    <div role="alert" className="rounded-md border border-bad/40 bg-bad-soft px-4 py-3">
      <p className="font-medium text-bad">
        {problem.isUnreachable ? t('unreachable') : problem.message}
      </p>
      <div className="mt-1 empty:hidden">{advice === true ? hint(problem, t) : advice}</div>
      <div className="mt-2 flex flex-wrap items-center gap-3 empty:hidden">
        {problem.requestId !== null && (
          <span className="flex flex-wrap items-center gap-x-1 text-[0.93rem]">
            {t('requestId')} <code className="min-w-0 font-mono break-all">{problem.requestId}</code>
            <CopyButton text={problem.requestId} label={t('copyId')} />
          </span>
        )}
        {retry !== undefined && (
          <Button size="small" onClick={retry}>
            {t('again')}
          </Button>
        )}
      </div>
    </div>
  );
}

function hint(problem: ApiProblem, t: ReturnType<typeof useWords>): string {
  switch (problem.status) {
    case 0:
      return t('hint0');
    case 401:
      return t('hint401');
    case 403:
      return t('hint403');
    case 404:
      return t('hint404');
    case 409:
      return t('hint409');
    case 429:
      return problem.retryAfterSeconds === null
        ? t('hint429none')
        : t('hint429', { seconds: problem.retryAfterSeconds });
    default:
      return problem.status >= 500 ? t('hint5xx') : '';
  }
}

/** Waits, fails or shows: the three states of what is read, in one place. */
export function Loaded<T>({
  of,
  lines,
  children,
}: {
  of: { data: T | undefined; error: ApiProblem | null; refetch: () => unknown };
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (of.data !== undefined) {
    return children(of.data);
  }
  if (of.error !== null) {
    return <ErrorState problem={of.error} retry={() => void of.refetch()} />;
  }
  return <Loading lines={lines ?? 4} />;
}

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

const ToastContext = createContext<(text: string, bad?: boolean) => void>(() => undefined);

/** Says shortly that something was done. What failed belongs to where it was tried. */
export function useToast() {
  return useContext(ToastContext);
}

const TOAST_MILLIS = 5000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useWords();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const close = useCallback((id: number) => {
    setToasts((all) => all.filter((one) => one.id !== id));
  }, []);
  const show = useCallback(
    (text: string, bad = false) => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-2), { id, text, bad }]);
      setTimeout(() => close(id), TOAST_MILLIS);
    },
    [close],
  );
  const value = useMemo(() => show, [show]);
  return (
    <ToastContext value={value}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-3 bottom-3 z-50 flex flex-col items-end gap-2"
      >
        {toasts.map((one) => (
          <div
            key={one.id}
            className={cx(
              'pointer-events-auto flex max-w-md items-center gap-3 rounded-md border bg-surface',
              'px-3 py-2 shadow-lg',
              one.bad ? 'border-bad text-bad' : 'border-line-strong',
            )}
          >
            {one.text}
            <Button
              look="quiet"
              size="small"
              aria-label={t('dismiss')}
              onClick={() => close(one.id)}
            >
              ×
            </Button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
