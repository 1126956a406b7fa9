import { send } from '@/api/client';
import { visited } from '@/api/sandbox';
import { useCan, useSession } from '@/app/session';
import { CopyButton, Icon } from '@/ui';
import { usageAddress } from './query';
import { useWords } from './words';

/** Saves what a link cannot fetch: no link sends the header that names a sandbox. */
async function saveOf(sandbox: string, address: string): Promise<void> {
  const answer = await send(address);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `${sandbox}-usage.${address.includes('format=csv') ? 'csv' : 'jsonl'}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

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
            onClick={(event) => {
              const sandbox = visited();
              if (sandbox !== null) {
                event.preventDefault();
                void saveOf(sandbox, usageAddress({ ...query, format }));
              }
            }}
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
