// Changing and deleting a row, the same for all three kinds.
import { Button } from '@/ui';
import { useWords } from './words';

export interface ListProps {
  making: boolean;
  onClose: () => void;
  make: React.ReactNode;
}

export function RowActions({
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
