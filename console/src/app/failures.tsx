import type { ErrorComponentProps } from '@tanstack/react-router';
import { problemOf } from '@/api/problem';
import { words } from '@/i18n';
import { Button, ButtonLink, EmptyState, ErrorState, PageHeader } from '@/ui';
import { useSession } from './session';

const useWords = words({
  en: {
    none: 'There is no such page',
    noneText: 'The address may be mistyped, or the page is for other roles.',
    notYours: 'This page is for other roles',
    notYoursText: 'You are {roles}. Somebody with the role owner or platform can change that.',
    home: 'To the overview',
    newer: 'This page could not be loaded. The server may have been upgraded meanwhile.',
    reload: 'Load again',
  },
  de: {
    none: 'Diese Seite gibt es nicht',
    noneText: 'Die Adresse ist falsch geschrieben, oder die Seite gehört zu anderen Rollen.',
    notYours: 'Diese Seite ist für andere Rollen',
    notYoursText: 'Ihre Rollen: {roles}. Wer die Rolle owner oder platform hat, kann das ändern.',
    home: 'Zur Übersicht',
    newer: 'Diese Seite ließ sich nicht laden. Der Server wurde vielleicht inzwischen erneuert.',
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
  const t = useWords();
  if (/dynamically imported module|Failed to fetch/.test(String(error))) {
    return (
      <EmptyState
        title={t('newer')}
        action={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
      />
    );
  }
  return <ErrorState problem={problemOf(error)} retry={reset} />;
}
