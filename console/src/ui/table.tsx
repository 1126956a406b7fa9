// Tables: one for all lists. Columns say how they look; rows may lead somewhere; at phone width
// columns of low rank are left out and the rest scrolls sideways inside its frame.
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Pages } from '@/api/hooks';
import { words } from '@/i18n';
import { Button } from './button';
import { cx } from './cx';
import { ErrorState, Loading } from './feedback';
import { Icon } from './icon';

const useWords = words({
  en: { more: 'Show more', sort: 'Sort by {name}', actions: 'Actions' },
  de: { more: 'Mehr anzeigen', sort: 'Nach {name} ordnen', actions: 'Aktionen' },
});

export interface Column<R> {
  key: string;
  header: string;
  cell: (row: R) => ReactNode;
  /** numbers stand at the end, with digits of one width */
  align?: 'start' | 'end';
  /** sorts what is loaded; lists that are paged come sorted */
  compare?: (a: R, b: R) => number;
  /** leave out below this width of the window */
  from?: 'sm' | 'md' | 'lg' | 'xl';
  className?: string;
}

const FROM = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
};

interface Sorting {
  key: string;
  down: boolean;
}

export function Table<R>({
  label,
  columns,
  rows,
  rowKey,
  onOpen,
  selected,
  sort: initial,
  foot,
}: {
  /** what the rows are, for screen readers */
  label: string;
  columns: Column<R>[];
  rows: R[];
  rowKey: (row: R) => string;
  onOpen?: (row: R) => void;
  selected?: string | null;
  sort?: Sorting;
  foot?: ReactNode;
}) {
  const t = useWords();
  const [sorting, setSorting] = useState<Sorting | null>(initial ?? null);
  const compare = columns.find((column) => column.key === sorting?.key)?.compare;
  const shown =
    compare === undefined
      ? rows
      : [...rows].sort((a, b) => (sorting?.down === true ? compare(b, a) : compare(a, b)));
  // the last one that a phone shows stands as far from the frame as the first
  const lastOnPhone = columns.findLast((column) => column.from === undefined)?.key;
  const press = (event: KeyboardEvent, row: R) => {
    if (event.target === event.currentTarget && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      onOpen?.(row);
    }
  };
  return (
    <div
      className="relative overflow-x-auto outline-offset-[-2px]"
      // a keyboard must be able to scroll it
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                aria-sort={
                  sorting?.key === column.key
                    ? sorting.down
                      ? 'descending'
                      : 'ascending'
                    : undefined
                }
                className={cx(
                  'px-1.5 py-2 text-[0.93rem] font-medium whitespace-nowrap text-muted first:pl-3 last:pr-3 sm:px-3 sm:first:pl-4 sm:last:pr-4',
                  column.align === 'end' && 'text-right',
                  column.key === lastOnPhone && 'max-sm:pr-3',
                  column.from !== undefined && FROM[column.from],
                )}
              >
                {column.header === '' ? (
                  <span className="sr-only">{t('actions')}</span>
                ) : column.compare === undefined ? (
                  column.header
                ) : (
                  <button
                    type="button"
                    className="inline-flex items-center gap-1 hover:text-ink"
                    title={t('sort', { name: column.header })}
                    onClick={() =>
                      setSorting({
                        key: column.key,
                        down: sorting?.key === column.key ? !sorting.down : column.align === 'end',
                      })
                    }
                  >
                    {column.header}
                    {sorting?.key === column.key && (
                      <Icon name={sorting.down ? 'down' : 'up'} className="size-3" />
                    )}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={rowKey(row)}
              onClick={(event) => {
                // a link or button inside does its own work, and marking text opens nothing
                const inner = (event.target as Element).closest('a,button,input,select');
                if (onOpen !== undefined && inner === null && !hasSelection()) {
                  onOpen(row);
                }
              }}
              onKeyDown={(event) => press(event, row)}
              tabIndex={onOpen === undefined ? undefined : 0}
              aria-selected={selected === undefined ? undefined : selected === rowKey(row)}
              className={cx(
                'border-b border-line outline-offset-[-2px] last:border-b-0',
                onOpen !== undefined && 'cursor-pointer hover:bg-sunken/60',
                selected === rowKey(row) && 'bg-accent-soft',
              )}
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={cx(
                    'px-1.5 py-2 align-middle first:pl-3 last:pr-3 sm:px-3 sm:first:pl-4 sm:last:pr-4',
                    column.align === 'end' && 'tabular text-right whitespace-nowrap',
                    column.key === lastOnPhone && 'max-sm:pr-3',
                    column.from !== undefined && FROM[column.from],
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot !== undefined && <tfoot className="border-t border-line-strong">{foot}</tfoot>}
      </table>
    </div>
  );
}

function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}

/** A list of the API page by page, with its waiting, failing and empty states. */
export function PagedTable<R>({
  pages,
  empty,
  ...table
}: {
  pages: Pages<R>;
  empty: ReactNode;
} & Omit<Parameters<typeof Table<R>>[0], 'rows'>) {
  const t = useWords();
  if (pages.isPending) {
    return (
      <div className="p-4">
        <Loading lines={6} />
      </div>
    );
  }
  if (pages.error !== null && pages.rows.length === 0) {
    return (
      <div className="p-4">
        <ErrorState problem={pages.error} retry={pages.retry} />
      </div>
    );
  }
  if (pages.rows.length === 0) {
    return empty;
  }
  return (
    <>
      {pages.error !== null && (
        <div className="p-4">
          <ErrorState problem={pages.error} retry={pages.retry} />
        </div>
      )}
      <Table {...table} rows={pages.rows} />
      {pages.hasMore && (
        <div className="border-t border-line p-2 text-center">
          <Button size="small" look="quiet" busy={pages.isFetchingMore} onClick={pages.more}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}
