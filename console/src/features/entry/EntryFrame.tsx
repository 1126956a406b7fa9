// What the pages before signing in share: a form in the middle, and what the answer means.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { setCsrfToken } from '@/api/client';
import type { ApiProblem } from '@/api/problem';
import { ME_KEY } from '@/app/session';
import type { Search } from '@/app/url';
import { Button, ErrorState, fieldError, TextField, type Sending } from '@/ui';

export function EntryFrame({
  title,
  text,
  submit,
  change,
  children,
  foot,
}: {
  title: string;
  text?: ReactNode;
  submit: string;
  change: Sending;
  children: ReactNode;
  foot?: ReactNode;
}) {
  const problem = change.error;
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center px-4 py-8">
      <div className="mb-6 flex items-center gap-3 text-[1.3rem] font-semibold">
        <img src="/sluice.svg" alt="" className="size-9" />
        Sluice
      </div>
      <div className="rounded-lg border border-line bg-surface p-6">
        <h1 className="text-[1.3rem] font-semibold">{title}</h1>
        {text !== undefined && <div className="mt-1 text-muted">{text}</div>}
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate(undefined);
          }}
        >
          {children}
          {problem !== null && problem.param === null && (
            <ErrorState problem={problem} advice={problem.status !== 401} />
          )}
          <Button type="submit" look="primary" busy={change.isPending} className="mt-1">
            {submit}
          </Button>
        </form>
      </div>
      {foot !== undefined && <div className="mt-4 text-center text-muted">{foot}</div>}
    </main>
  );
}

interface FieldProps {
  label: string;
  hint?: string;
  value: string;
  onChange: (value: string) => void;
  problem: ApiProblem | null;
}

/** Empty, or as the address brought it. */
export function TokenField({ value, onChange, problem, ...words }: FieldProps) {
  return (
    <TextField
      {...words}
      required
      autoFocus={tokenOfAddress() === ''}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fieldError(problem, 'token')}
    />
  );
}

export function NewPasswordField({ value, onChange, problem, ...words }: FieldProps) {
  return (
    <TextField
      {...words}
      type="password"
      autoComplete="new-password"
      minLength={12}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      error={fieldError(problem, 'password')}
    />
  );
}

/** A token handed on as a link stands behind the #, which no server and no log ever sees. */
export function tokenOfAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}

/** Where to after signing in: what was asked for, if it is a page of ours. */
export function afterSignIn(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The session of an answer is the session of the page from now on. */
export function useEnter(to?: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  return (answer: { csrf_token?: string | null }) => {
    setCsrfToken(answer.csrf_token ?? null);
    queries.clear();
    void queries.invalidateQueries({ queryKey: ME_KEY });
    void navigate({ href: to ?? afterSignIn(search.next), replace: true });
  };
}
