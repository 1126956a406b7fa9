import { api } from '@/api/client';
import { useChange, useGet } from '@/api/hooks';
import { useCan } from '@/app/session';
import { Button, ButtonLink, ErrorState } from '@/ui';
import { Step } from './Step';
import { useWords } from './words';

/** Of what the simulated provider has, some for each mode of the playground. */
const SIMULATED = [
  'sim-chat',
  'sim-mini',
  'sim-reasoner',
  'sim-embed',
  'sim-image',
  'sim-picture',
  'sim-video',
  'sim-speech',
  'sim-whisper',
];
const SHOWN = 6;

export function ModelsStep({ names }: { names: string[] }) {
  const t = useWords();
  const can = useCan();
  const upstreams = useGet('/admin/v1/upstreams');
  const simulator = upstreams.data?.data.find((one) => one.provider === 'simulator');
  const make = useChange(async () => {
    for (const name of SIMULATED) {
      await api.post('/admin/v1/models', {
        name,
        targets: [{ upstream: simulator?.name ?? '', model: name }],
      } as never);
    }
  });
  const shown = names.slice(0, SHOWN).join(', ');
  return (
    <Step number={1} title={t('models')} done={names.length > 0}>
      {names.length > 0 ? (
        <p className="text-muted">
          {t('modelsDone', {
            names:
              names.length > SHOWN
                ? t('modelsMore', { names: shown, n: names.length - SHOWN })
                : shown,
          })}
        </p>
      ) : !can('post_admin_v1_models') ? (
        <p className="text-muted">{t('notAllowed')}</p>
      ) : (
        <div className="flex flex-col gap-3">
          <p className="max-w-prose text-muted">{t('modelsText')}</p>
          {make.error !== null && <ErrorState problem={make.error} />}
          <div className="flex flex-wrap gap-2">
            {simulator !== undefined && (
              <Button look="primary" busy={make.isPending} onClick={() => make.mutate(undefined)}>
                {t('useSimulated')}
              </Button>
            )}
            <ButtonLink to="/upstreams">{t('addProvider')}</ButtonLink>
          </div>
        </div>
      )}
    </Step>
  );
}
