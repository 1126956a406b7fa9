import { useCan, useSession } from '@/app/session';
import { CopyButton, Icon } from '@/ui';
import { usageAddress } from './query';
import { useWords } from './words';

/** Plain links: the browser saves what the server streams, with the session's cookie. */
export function Exports({ query }: { query: Record<string, string | undefined> }) {
  const t = useWords();
  const me = useSession();
  const can = useCan();
  const may = can('get_admin_v1_usage') && me?.rights.includes('usage.export') === true;
  return (
    <>
      <CopyButton text={window.location.href} words={t('share')} />
      {may &&
        (['csv', 'jsonl'] as const).map((format) => (
          <a
            key={format}
            href={usageAddress({ ...query, format })}
            download={`usage.${format}`}
            title={t('exportHint')}
            className="inline-flex h-7 items-center gap-1.5 rounded-md border border-line-strong/60 bg-surface px-2 text-[0.93rem] font-medium hover:bg-sunken"
          >
            <Icon name="download" />
            {t(format)}
          </a>
        ))}
    </>
  );
}
