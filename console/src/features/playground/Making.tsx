// How far a job is, as its provider says.
import { Spinner } from '@/ui';
import type { Progress } from './call';
import { useWords } from './words';

export function Making({ progress: { state, percent } }: { progress: Progress }) {
  const t = useWords();
  const text = percent === null ? t(state) : t('makingShare', { n: percent });
  return (
    <div className="flex max-w-md flex-col gap-1.5">
      <div className="flex items-center gap-2 text-muted">
        <Spinner /> <span className="tabular">{text}</span>
      </div>
      {percent !== null && (
        <div
          role="progressbar"
          aria-label={t('making')}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          className="h-2 overflow-hidden rounded-full bg-sunken"
        >
          <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
        </div>
      )}
    </div>
  );
}
