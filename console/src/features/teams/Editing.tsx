// Listing, making, changing and deleting, the same for all three kinds.
import { useState, type ReactNode } from 'react';
import type { PathOf } from '@/api/client';
import { useChange, type Pages } from '@/api/hooks';
import { Confirm } from '@/parts/Confirm';
import { Button, Card, EmptyState, fieldError, FormDialog, PagedTable, useToast, type Column } from '@/ui';
import { useWords } from './words';

export interface ListProps {
  making: boolean;
  onClose: () => void;
}

interface Named {
  id: string;
  name: string;
  owned_by_file: boolean;
}

/** A list whose rows are changed and deleted in dialogs. */
export function EditedList<T extends Named>({
  label,
  path,
  pages,
  columns,
  empty,
  emptyHint,
  mayEdit,
  form,
  remove,
  making,
  onClose,
}: ListProps & {
  label: string;
  /** what is read again after a change */
  path: PathOf<'get'>;
  pages: Pages<T>;
  /** those between the name and what can be done */
  columns: Column<T>[];
  empty: string;
  emptyHint: string;
  mayEdit: boolean;
  /** of the row to change; of nothing to make one */
  form: (row: T | undefined, onClose: () => void) => ReactNode;
  remove: (row: T) => Promise<unknown>;
}) {
  const t = useWords();
  const [doing, setDoing] = useState<{ row: T; what: 'edit' | 'delete' } | null>(null);
  const close = () => setDoing(null);
  return (
    <Card flush>
      <PagedTable<T>
        label={label}
        pages={pages}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'name',
            header: t('name'),
            cell: (row) => <span className="font-medium wrap-anywhere">{row.name}</span>,
          },
          ...columns,
          {
            key: 'do',
            header: '',
            align: 'end',
            cell: (row) => (
              <RowActions
                may={mayEdit}
                ofFile={row.owned_by_file}
                onEdit={() => setDoing({ row, what: 'edit' })}
                onDelete={() => setDoing({ row, what: 'delete' })}
              />
            ),
          },
        ]}
        empty={
          <EmptyState title={empty}>{emptyHint}</EmptyState>
        }
      />
      {making && form(undefined, onClose)}
      {doing?.what === 'edit' && form(doing.row, close)}
      {doing?.what === 'delete' && (
        <Confirm
          title={t('deleteTitle', { name: doing.row.name })}
          submit={t('delete')}
          done={t('deleted', { name: doing.row.name })}
          act={() => remove(doing.row)}
          touches={[path]}
          onClose={close}
        >
          {t('deleteHint')}
        </Confirm>
      )}
    </Card>
  );
}

function RowActions({
  may,
  ofFile,
  onEdit,
  onDelete,
}: {
  may: boolean;
  ofFile: boolean;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const t = useWords();
  if (!may) {
    return null;
  }
  return ofFile ? (
    <span className="text-muted" title={t('ofFile')}>
      sluice.yaml
    </span>
  ) : (
    <span className="flex justify-end gap-1">
      <Button size="small" look="quiet" onClick={onEdit}>
        {t('edit')}
      </Button>
      <Button size="small" look="quiet" onClick={onDelete}>
        {t('delete')}
      </Button>
    </span>
  );
}

/** Makes one or changes it, says so and closes. */
export function EditForm({
  existing,
  make,
  path,
  save,
  onClose,
  children,
}: {
  /** what is changed; undefined where one is made */
  existing: { name: string } | undefined;
  /** what making one is called */
  make: string;
  path: PathOf<'get'>;
  save: () => Promise<{ name: string }>;
  onClose: () => void;
  /** the fields, given what the server says of each */
  children: (error: (field: string) => string | null) => ReactNode;
}) {
  const t = useWords();
  const toast = useToast();
  const change = useChange(save, {
    touches: [path],
    onDone: (made) => {
      toast(existing === undefined ? t('created', { name: made.name }) : t('saved'));
      onClose();
    },
  });
  return (
    <FormDialog
      title={existing === undefined ? make : t('editTitle', { name: existing.name })}
      submit={existing === undefined ? make : t('save')}
      change={change}
      onClose={onClose}
    >
      {children((field) => fieldError(change.error, field))}
    </FormDialog>
  );
}
