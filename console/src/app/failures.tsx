import type { ErrorComponentProps } from '@tanstack/react-router';
import { problemOf } from '@/api/problem';
import { words } from '@/i18n';
import { Button, ButtonLink, EmptyState, ErrorState } from '@/ui';

const useWords = words({
  en: {
    none: 'There is no such page',
    noneText: 'The address may be mistyped, or the page is for other roles.',
    home: 'To the overview',
    newer: 'This page could not be loaded. The server may have been upgraded meanwhile.',
    reload: 'Load again',
  },
  de: {
    none: 'Diese Seite gibt es nicht',
    noneText: 'Die Adresse ist falsch geschrieben, oder die Seite gehört zu anderen Rollen.',
    home: 'Zur Übersicht',
    newer: 'Diese Seite ließ sich nicht laden. Der Server wurde vielleicht inzwischen erneuert.',
    reload: 'Neu laden',
  },
});

export function NotFound() {
  const t = useWords();
  return (
    <EmptyState
      title={t('none')}
      action={
        <ButtonLink to="/" look="primary">
          {t('home')}
        </ButtonLink>
      }
    >
      {t('noneText')}
    </EmptyState>
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
