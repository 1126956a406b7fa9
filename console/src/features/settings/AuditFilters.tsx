import { Search } from '@/parts/Search';
import { Button, Icon, Select, TextField, type Choice } from '@/ui';
import { ACTIONS, AUDIT_FILTERS, KINDS, type AuditFilter, type AuditValues } from './audit';
import { useWords } from './words';

export function AuditFilters({
  values,
  set,
}: {
  values: AuditValues;
  set: (change: Partial<Record<AuditFilter, string | null>>) => void;
}) {
  const t = useWords();
  const select = (name: AuditFilter, label: string, known: string[]) => {
    const value = values[name] ?? '';
    const choices: Choice[] = [
      { value: '', label: t('any') },
      ...[...known, ...(value === '' || known.includes(value) ? [] : [value])].map((one) => ({
        value: one,
        label: one,
      })),
    ];
    return (
      <Select
        label={label}
        value={value}
        choices={choices}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    );
  };
  const day = (name: 'from' | 'to', label: string) => (
    <TextField
      label={label}
      type="date"
      value={values[name] ?? ''}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  );
  return (
    <div className="mb-4 flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        {select('action', t('action'), ACTIONS)}
        {select('subject_kind', t('kind'), KINDS)}
        <Search
          label={t('subjectFilter')}
          shown
          value={values.subject ?? ''}
          onChange={(text) => set({ subject: text })}
        />
        <Search
          label={t('whoFilter')}
          shown
          value={values.actor ?? ''}
          onChange={(text) => set({ actor: text })}
        />
        {day('from', t('fromDay'))}
        {day('to', t('toDay'))}
      </div>
      {Object.keys(values).length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          {values.request_id !== undefined && (
            <Button
              size="small"
              aria-label={t('removeRequest')}
              onClick={() => set({ request_id: null })}
            >
              {t('request')}: {values.request_id}
              <Icon name="close" className="size-3" />
            </Button>
          )}
          <Button
            size="small"
            look="quiet"
            onClick={() => set(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, null])))}
          >
            {t('clearFilters')}
          </Button>
        </div>
      )}
    </div>
  );
}
