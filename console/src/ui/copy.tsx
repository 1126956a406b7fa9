import { useState } from 'react';
import { words } from '@/i18n';
import { Button } from './button';
import { Icon } from './icon';

const useWords = words({
  en: { copy: 'Copy', copied: 'Copied' },
  de: { copy: 'Kopieren', copied: 'Kopiert' },
});

const COPIED_MILLIS = 1600;

/** navigator.clipboard needs https or localhost; the old way works everywhere else. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined && window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** An icon, or with `text` shown as a button of words. */
export function CopyButton({
  text,
  label,
  words: shown,
}: {
  text: string;
  label?: string;
  words?: string;
}) {
  const t = useWords();
  const [done, setDone] = useState(false);
  const press = () => {
    void copy(text).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), COPIED_MILLIS);
    });
  };
  return (
    <Button
      look={shown === undefined ? 'quiet' : 'plain'}
      size="small"
      onClick={press}
      aria-label={shown === undefined ? (label ?? t('copy')) : undefined}
      title={label ?? t('copy')}
    >
      <Icon name={done ? 'check' : 'copy'} />
      {shown !== undefined && (done ? t('copied') : shown)}
      <span role="status" className="sr-only">
        {done ? t('copied') : ''}
      </span>
    </Button>
  );
}

/** An id or secret, in full, with its button. */
export function Code({ text, label }: { text: string; label?: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <code className="min-w-0 font-mono text-[0.93rem] break-all">{text}</code>
      <CopyButton text={text} {...(label === undefined ? {} : { label })} />
    </span>
  );
}

/** Program text to take away. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-sunken">
      <pre
        // a keyboard must be able to scroll it
        tabIndex={0}
        aria-label={label}
        role="region"
        className="overflow-x-auto p-3 pr-12 font-mono text-[0.93rem] leading-relaxed"
      >
        {text}
      </pre>
      {/* what scrolls goes by beneath it unseen */}
      <div className="absolute top-0 right-0 rounded-md bg-sunken p-1.5">
        <CopyButton text={text} label={label} />
      </div>
    </div>
  );
}
