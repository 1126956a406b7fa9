// Videos take their time, and people leave the page: what they began before is found here.
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '@/format';
import { Button } from '@/ui';
import { ENDPOINTS } from './modes';
import type { Talk } from './useLanes';
import { earlier, type EarlierVideo } from './video';
import { useWords } from './words';

export function EarlierVideos({
  talk,
  onChoose,
}: {
  talk: Talk;
  onChoose: (model: string, text: string, job: string) => void;
}) {
  const t = useWords();
  const format = useFormat();
  const { path } = ENDPOINTS.video;
  const found = useQuery({
    queryKey: [path, talk.minted?.id],
    queryFn: async ({ signal }) => earlier(path, await talk.key(), signal),
    enabled: talk.minted !== null,
    staleTime: 0,
    retry: false,
  });
  if (found.data === undefined || found.data.length === 0) {
    return null;
  }
  const text = ({ model, size, seconds, created_at }: EarlierVideo) =>
    [
      format.time(new Date(created_at * 1000).toISOString()),
      model,
      size,
      seconds === undefined ? undefined : t('seconds', { n: seconds }),
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <section className="mt-4 flex w-full flex-col gap-2" aria-label={t('earlier')}>
      <p className="text-[0.93rem] text-muted">{t('earlier')}</p>
      {found.data.map((one) => (
        <Button
          key={one.id}
          look="quiet"
          className="h-auto min-h-8 w-full py-1 whitespace-normal!"
          onClick={() => onChoose(one.model, text(one), one.id)}
        >
          {text(one)} · {t(one.status)}
        </Button>
      ))}
    </section>
  );
}
