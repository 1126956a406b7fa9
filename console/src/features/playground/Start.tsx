// A mode before anything was asked: what it is for, and something to begin with.
import type { ReactNode } from 'react';
import { ButtonLink, Button, Card, EmptyState } from '@/ui';
import { useCan } from '@/app/session';
import type { Mode } from './modes';
import { useWords } from './words';

const WORDS = {
  chat: ['empty', 'emptyText', ['s1', 's2', 's3']],
  tools: ['emptyTools', 'emptyToolsText', ['t1', 't2']],
  images: ['emptyImages', 'emptyImagesText', ['i1', 'i2']],
  video: ['emptyVideo', 'emptyVideoText', ['f1', 'f2']],
  speech: ['emptySpeech', 'emptySpeechText', ['v1', 'v2']],
  transcription: ['emptyTranscription', 'emptyTranscriptionText', []],
} as const;

export function Suggestions({
  mode,
  onChoose,
  children,
}: {
  mode: Mode;
  onChoose: (text: string) => void;
  children?: ReactNode;
}) {
  const t = useWords();
  const [title, text, suggestions] = WORDS[mode];
  return (
    <div className="m-auto flex w-full max-w-xl flex-col items-center gap-3 p-6 text-center">
      <p className="text-[1.07rem] font-semibold">{t(title)}</p>
      <p className="text-muted">{t(text)}</p>
      {suggestions.length > 0 && (
        <div className="mt-2 flex w-full flex-col gap-2" aria-label={t('suggestion')} role="group">
          {suggestions.map((key) => (
            <Button
              key={key}
              className="h-auto min-h-9 w-full py-1.5 whitespace-normal!"
              onClick={() => onChoose(t(key))}
            >
              {t(key)}
            </Button>
          ))}
        </div>
      )}
      {children}
    </div>
  );
}

const MISSING = {
  chat: 'noModelsFor_talk',
  tools: 'noModelsFor_talk',
  images: 'noModelsFor_images',
  video: 'noModelsFor_video',
  speech: 'noModelsFor_speech',
  transcription: 'noModelsFor_transcription',
} as const;

/** Nobody here does what the mode is for. */
export function NoModel({ mode }: { mode: Mode }) {
  const t = useWords();
  const can = useCan();
  const may = can('post_admin_v1_models');
  return (
    <Card>
      <EmptyState
        title={t('noModelsFor')}
        action={
          may && (
            <ButtonLink to="/models" search={{ new: '1' } as never} look="primary">
              {t('addModel')}
            </ButtonLink>
          )
        }
      >
        {t(MISSING[mode])} {!may && t('askForModel')}
      </EmptyState>
    </Card>
  );
}
