// Where a person says what the models are asked: a text, or a file with sound.
import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useFormat } from '@/format';
import { Button, FileField, TextArea } from '@/ui';
import type { Mode } from './modes';
import { sizeOf } from './sound';
import { useWords } from './words';

const LABELS = {
  chat: ['prompt', 'send'],
  tools: ['prompt', 'send'],
  images: ['promptImages', 'makeImages'],
  video: ['promptVideo', 'makeImages'],
  speech: ['promptSpeech', 'speak'],
  transcription: ['file', 'writeDown'],
} as const;

const HEARD = 'audio/*,video/mp4,video/webm,.mp3,.m4a,.wav,.webm,.ogg,.flac';

export function Composer({
  mode,
  text,
  setText,
  file,
  setFile,
  spoken,
  running,
  ready,
  obstacle,
  onSend,
  onStop,
  children,
}: {
  mode: Mode;
  text: string;
  setText: (text: string) => void;
  file: File | null;
  setFile: (file: File | null) => void;
  /** the last sound that was made here */
  spoken: File | null;
  running: boolean;
  ready: boolean;
  /** why nothing can be sent now */
  obstacle: string | null;
  onSend: () => void;
  onStop: () => void;
  children: ReactNode;
}) {
  const t = useWords();
  const format = useFormat();
  const form = useRef<HTMLFormElement>(null);
  const [label, send] = LABELS[mode];
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      onSend();
    }
  };
  return (
    <form
      ref={form}
      className="border-t border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
        form.current?.reset();
      }}
    >
      {mode === 'transcription' ? (
        <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
          <FileField
            label={t(label)}
            hint={
              file === null
                ? t('fileHint')
                : t('fileOf', { name: file.name, size: sizeOf(file, format.locale) })
            }
            accept={HEARD}
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            className="flex-1 basis-60"
          />
          {spoken !== null && (
            <Button
              onClick={() => {
                form.current?.reset();
                setFile(spoken);
              }}
            >
              {t('lastSpeech')}
            </Button>
          )}
        </div>
      ) : (
        <TextArea
          label={t(label)}
          hideLabel
          placeholder={t(label)}
          hint={t('promptHint')}
          rows={2}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={press}
        />
      )}
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        {obstacle !== null && (
          <p role="status" className="mr-auto text-[0.93rem] text-muted">
            {obstacle}
          </p>
        )}
        {children}
        {running ? (
          <Button onClick={onStop}>{t(mode === 'video' ? 'stopVideo' : 'stop')}</Button>
        ) : (
          <Button type="submit" look="primary" disabled={!ready}>
            {t(send)}
          </Button>
        )}
      </div>
    </form>
  );
}
