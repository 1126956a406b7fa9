// A credential the server shows once. The dialog does not close by a slip beside it.
import type { ReactNode } from 'react';
import { words } from '@/i18n';
import { Button, CopyButton, Dialog, Icon } from '@/ui';

const useWords = words({
  en: {
    once: 'This is the only time it is shown. Sluice keeps a digest, from which it cannot be read.',
    copy: 'Copy',
    stored: 'I have stored it',
    secret: 'Credential',
  },
  de: {
    once: 'Wird nur dieses eine Mal gezeigt. Sluice behält einen Hash, aus dem sich nichts zurücklesen lässt.',
    copy: 'Kopieren',
    stored: 'Gesichert, schließen',
    secret: 'Zugangsschlüssel',
  },
});

export function SecretDialog({
  title,
  secret,
  onClose,
  children,
}: {
  title: string;
  secret: string;
  onClose: () => void;
  children?: ReactNode;
}) {
  const t = useWords();
  return (
    <Dialog title={title} onClose={onClose} sticky wide>
      <div className="flex flex-col gap-4">
        <p className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
          <Icon name="warning" className="mt-0.5 size-4" />
          {t('once')}
        </p>
        <div className="flex items-center gap-3 rounded-md border border-line-strong/60 bg-sunken px-3 py-2">
          <code
            aria-label={t('secret')}
            data-secret
            className="min-w-0 flex-1 font-mono text-[0.93rem] break-all select-all"
          >
            {secret}
          </code>
          <CopyButton text={secret} words={t('copy')} />
        </div>
        {children}
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {t('stored')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
