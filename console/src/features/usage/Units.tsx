// Every unit that was used, of all modalities, by name.
import { useFormat } from '@/format';
import { useLanguage, type Language } from '@/i18n';
import { Card } from '@/ui';
import { quantity, readAs } from './query';
import { useWords } from './words';

const NAMES: Record<Language, Record<string, string>> = {
  en: {
    usd: 'Spend',
    provider_usd: 'Provider cost',
    requests: 'Calls',
    errors: 'Errors',
    refused: 'Refused calls',
    attempts: 'Attempts',
    retries: 'Retries',
    input_tokens: 'Input tokens',
    cached_input_tokens: 'Cached input tokens',
    cache_write_tokens: 'Cache write tokens',
    cache_write_5m_tokens: 'Cache writes (5 min)',
    cache_write_1h_tokens: 'Cache writes (1 h)',
    output_tokens: 'Output tokens',
    reasoning_tokens: 'Reasoning tokens',
    total_tokens: 'Tokens',
    audio_tokens: 'Audio tokens',
    audio_input_tokens: 'Audio input tokens',
    audio_output_tokens: 'Audio output tokens',
    audio_seconds: 'Audio seconds',
    image_input_tokens: 'Image input tokens',
    image_output_tokens: 'Image output tokens',
    images: 'Images',
    video_jobs: 'Video jobs',
    video_seconds: 'Video seconds',
    characters: 'Characters',
    searches: 'Searches',
    training_tokens: 'Trained tokens',
    absorbed_usd: 'Absorbed by the operator',
  },
  de: {
    usd: 'Ausgaben',
    provider_usd: 'Anbieterkosten',
    requests: 'Aufrufe',
    errors: 'Fehler',
    refused: 'Abgelehnte Aufrufe',
    attempts: 'Versuche',
    retries: 'Wiederholungen',
    input_tokens: 'Eingabe-Tokens',
    cached_input_tokens: 'Eingabe-Tokens aus Zwischenspeichern',
    cache_write_tokens: 'Tokens in Zwischenspeicher',
    cache_write_5m_tokens: 'In Zwischenspeicher (5 min)',
    cache_write_1h_tokens: 'In Zwischenspeicher (1 h)',
    output_tokens: 'Ausgabe-Tokens',
    reasoning_tokens: 'Nachdenk-Tokens',
    total_tokens: 'Tokens',
    audio_tokens: 'Audio-Tokens',
    audio_input_tokens: 'Audio-Eingabe-Tokens',
    audio_output_tokens: 'Audio-Ausgabe-Tokens',
    audio_seconds: 'Audio-Sekunden',
    image_input_tokens: 'Bild-Eingabe-Tokens',
    image_output_tokens: 'Bild-Ausgabe-Tokens',
    images: 'Bilder',
    video_jobs: 'Video-Aufträge',
    video_seconds: 'Video-Sekunden',
    characters: 'Zeichen',
    searches: 'Suchen',
    training_tokens: 'Trainierte Tokens',
    absorbed_usd: 'Vom Betreiber getragen',
  },
};

export function isMoney(unit: string): boolean {
  return unit === 'usd' || unit.endsWith('_usd');
}

/** The name of a unit; one that is newer than this page by the API's word. */
export function useUnitName(): (unit: string) => string {
  const { language } = useLanguage();
  return (unit) => NAMES[language][readAs(unit)] ?? readAs(unit).replaceAll('_', ' ');
}

export function Units({ totals }: { totals: Record<string, unknown> }) {
  const t = useWords();
  const format = useFormat();
  const name = useUnitName();
  return (
    <Card title={t('units')}>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1.5">
        {Object.entries(totals).map(([unit, value]) => (
          <div key={unit} className="contents">
            <dt className="min-w-0 text-muted">{name(unit)}</dt>
            <dd className="tabular text-right">
              {isMoney(unit)
                ? format.exactMoney(String(value))
                : format.number(quantity(totals, unit))}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
