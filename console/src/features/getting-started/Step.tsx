import type { ReactNode } from 'react';
import { Badge, cx, Icon } from '@/ui';
import { useWords } from './words';

export function Step({
  number,
  title,
  done,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  children: ReactNode;
}) {
  const t = useWords();
  return (
    <section className="flex gap-3 rounded-lg border border-line bg-surface p-4 sm:gap-4">
      <span
        aria-hidden
        className={cx(
          'tabular flex size-7 shrink-0 items-center justify-center rounded-full font-semibold',
          done ? 'bg-good-soft text-good' : 'bg-accent-soft text-accent-ink',
        )}
      >
        {done ? <Icon name="check" /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="mb-1 flex min-h-7 flex-wrap items-center gap-2 text-[1.07rem] font-semibold">
          {title}
          {done && <Badge tone="good">{t('done')}</Badge>}
        </h2>
        {children}
      </div>
    </section>
  );
}
