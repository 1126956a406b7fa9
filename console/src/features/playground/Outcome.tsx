// What came of a call beside text: pictures, sound, a film.
import { useState } from 'react';
import { cx } from '@/ui';
import type { Media, Picture } from './call';
import { useWords } from './words';

const LINK = 'text-accent-ink underline decoration-1 underline-offset-2 hover:decoration-2';

export function Outcome({ media, model, prompt }: { media: Media; model: string; prompt: string }) {
  const t = useWords();
  if (media.kind === 'sound') {
    return (
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <audio
          controls
          src={media.src}
          aria-label={t('spoken', { model })}
          className="h-11 w-full max-w-md"
        />
        <a className={LINK} href={media.src} download={media.file.name}>
          {t('save')}
        </a>
      </div>
    );
  }
  if (media.kind === 'film') {
    return <Film src={media.src} name={media.file.name} prompt={prompt} />;
  }
  return (
    <ul
      className={cx(
        'grid max-w-3xl gap-4',
        media.pictures.length > 1 ? 'grid-cols-2 xl:grid-cols-3' : 'max-w-md grid-cols-1',
      )}
    >
      {media.pictures.map((picture, index) => (
        <li key={index} className="min-w-0">
          <Shown picture={picture} number={index + 1} prompt={prompt} />
        </li>
      ))}
    </ul>
  );
}

function Film({ src, name, prompt }: { src: string; name: string; prompt: string }) {
  const t = useWords();
  const [isUnknown, setUnknown] = useState(false);
  return (
    <figure className="max-w-2xl">
      {isUnknown ? (
        <p className="rounded-md border border-line bg-sunken p-3 text-muted">{t('notPlayed')}</p>
      ) : (
        <video
          controls
          playsInline
          src={src}
          aria-label={t('videoOf', { prompt })}
          onError={() => setUnknown(true)}
          className="max-h-96 w-full rounded-md border border-line bg-sunken"
        />
      )}
      <figcaption className="mt-1 text-[0.93rem]">
        <a className={LINK} href={src} download={name}>
          {t('save')}
        </a>
      </figcaption>
    </figure>
  );
}

function Shown({ picture, number, prompt }: { picture: Picture; number: number; prompt: string }) {
  const t = useWords();
  if (picture.src === null) {
    return (
      <div className="rounded-md border border-line bg-sunken p-3">
        <p className="text-muted">{t('linkOnly')}</p>
        {picture.link !== null && (
          <a className={LINK} href={picture.link} target="_blank" rel="noreferrer">
            {t('openLink')}
          </a>
        )}
        <p className="mt-1 text-[0.93rem] text-muted">{t('linkHint')}</p>
      </div>
    );
  }
  return (
    <figure>
      <img
        src={picture.src}
        alt={t('pictureOf', { n: number, prompt })}
        className="w-full rounded-md border border-line bg-sunken"
      />
      <figcaption className="mt-1 flex flex-wrap gap-x-3 text-[0.93rem] text-muted">
        <a className={LINK} href={picture.src} download={`picture-${number}.png`}>
          {t('save')}
        </a>
        {picture.prompt !== null && <span className="min-w-0 break-words">{picture.prompt}</span>}
      </figcaption>
    </figure>
  );
}
