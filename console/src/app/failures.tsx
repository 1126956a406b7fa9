import type { ErrorComponentProps } from '@tanstack/react-router';
import { useEffect } from 'react';
import { problemOf } from '@/api/problem';
import { words } from '@/i18n';
import { Button, ButtonLink, EmptyState, ErrorState, PageHeader } from '@/ui';
import { PageMissing } from './area';
import { useSession } from './session';

const useWords = words({
  en: {
    none: 'There is no such page',
    noneText: 'The address may be mistyped, or the page is for other roles.',
    notYours: 'This page is for other roles',
    notYoursText: 'You are {roles}. Somebody with the role owner or platform can change that.',
    home: 'To the overview',
    newer: 'This page could not be loaded',
    newerText: 'The server is away, or was upgraded meanwhile. The page comes as soon as it answers.',
    reload: 'Load again',
  },
  de: {
    none: 'Diese Seite gibt es nicht',
    noneText: 'Die Adresse ist falsch geschrieben, oder die Seite gehört zu anderen Rollen.',
    notYours: 'Diese Seite ist für andere Rollen',
    notYoursText: 'Ihre Rollen: {roles}. Wer die Rolle owner oder platform hat, kann das ändern.',
    home: 'Zur Übersicht',
    newer: 'Diese Seite ließ sich nicht laden',
    newerText: 'Der Server ist nicht da oder wurde inzwischen erneuert. Die Seite erscheint, sobald er antwortet.',
    reload: 'Neu laden',
  },
});

export function NotFound() {
  const t = useWords();
  return (
    <>
      <PageHeader title={t('none')} />
      <EmptyState
        title={t('noneText')}
        action={
          <ButtonLink to="/" look="primary">
            {t('home')}
          </ButtonLink>
        }
      />
    </>
  );
}

/** A page of the console that the caller's roles do not open. */
export function NotForYou() {
  const t = useWords();
  const me = useSession();
  return (
    <>
      <PageHeader title={t('notYours')} />
      <EmptyState
        title={t('notYoursText', { roles: me?.roles.join(', ') ?? '' })}
        action={
          <ButtonLink to="/" look="primary">
            {t('home')}
          </ButtonLink>
        }
      />
    </>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  return error instanceof PageMissing ? (
    <StillToCome />
  ) : (
    <ErrorState problem={problemOf(error)} retry={reset} />
  );
}

const ASK_MILLIS = 2_000;
const AGAIN_MILLIS = 60_000;
const RELOADED = 'sluice.reloaded';

/** Waits for the server, and loads the page as soon as it answers. */
function StillToCome() {
  const t = useWords();
  useEffect(() => {
    const ask = async () => {
      const answers = await fetch('/sluice.svg', { cache: 'no-store' }).then(
        (answer) => answer.ok,
        () => false,
      );
      // where the code does not come from a server that is there, once is enough
      const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
      if (answers && Date.now() - last > AGAIN_MILLIS) {
        sessionStorage.setItem(RELOADED, String(Date.now()));
        location.reload();
      }
    };
    const timer = setInterval(() => void ask(), ASK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  return (
    <EmptyState
      title={t('newer')}
      action={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
    >
      {t('newerText')}
    </EmptyState>
  );
}
