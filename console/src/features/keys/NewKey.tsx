import { useState } from 'react';
import { api, type Body } from '@/api/client';
import { useChange } from '@/api/hooks';
import { useSession } from '@/app/session';
import { filled, useForm } from '@/parts/form';
import { useTeams } from '@/parts/names';
import { SecretDialog } from '@/parts/Secret';
import { CodeBlock, FormDialog } from '@/ui';
import { bodyOf, formOf, KeyFields } from './KeyFields';
import { useWords } from './words';

export function NewKey({ onClose }: { onClose: () => void }) {
  const t = useWords();
  const me = useSession();
  const teams = useTeams();
  const only = teams.data?.data.length === 1 ? teams.data.data[0]?.id : undefined;
  const form = useForm(formOf({ owner: me?.owner ?? '', ...(only === undefined ? {} : { team: only }) }));
  const [made, setMade] = useState<{ label: string; secret: string } | null>(null);
  const change = useChange(
    () =>
      api.post('/admin/v1/keys', filled(bodyOf(form.values)) as Body<'post', '/admin/v1/keys'>),
    {
      touches: ['/admin/v1/keys', '/admin/v1/users', '/admin/v1/services'],
      onDone: (key) => setMade({ label: key.label, secret: key.key ?? '' }),
    },
  );
  if (made !== null) {
    return (
      <SecretDialog
        title={t('secretTitle', { label: made.label })}
        secret={made.secret}
        onClose={onClose}
      >
        <div>
          <p className="mb-1.5 font-medium">{t('useIt')}</p>
          <CodeBlock
            label={t('useIt')}
            text={`export OPENAI_BASE_URL=${window.location.origin}/v1\nexport OPENAI_API_KEY=${made.secret}`}
          />
        </div>
      </SecretDialog>
    );
  }
  return (
    <FormDialog
      title={t('create')}
      submit={t('create')}
      wide
      change={change}
      onClose={onClose}
    >
      <KeyFields form={form} problem={change.error} />
    </FormDialog>
  );
}
