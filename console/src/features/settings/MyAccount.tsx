import { api } from '@/api/client';
import { useChange, usePages } from '@/api/hooks';
import { useSession } from '@/app/session';
import { useForm } from '@/parts/form';
import { Button, Card, ErrorState, Facts, fieldError, TextField, useToast } from '@/ui';
import { SessionTable } from './SessionTable';
import { useWords } from './words';

export function MyAccount() {
  const t = useWords();
  const me = useSession();
  if (me?.session == null) {
    return (
      <Card className="max-w-3xl">
        <p>{t('noSession')}</p>
      </Card>
    );
  }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <div className="flex flex-col gap-4">
        <Card>
          <Facts
            of={[
              [t('email'), me.email ?? ''],
              [t('owner'), me.owner ?? ''],
              [t('myRoles'), me.roles.join(', ')],
            ]}
          />
        </Card>
        <Password />
      </div>
      <Sessions />
    </div>
  );
}

function Password() {
  const t = useWords();
  const toast = useToast();
  const { values, field, set } = useForm({ current_password: '', password: '' });
  const change = useChange(() => api.post('/admin/v1/me/password', values), {
    touches: ['/admin/v1/me/sessions'],
    onDone: () => {
      toast(t('passwordSaved'));
      set({ current_password: '', password: '' });
    },
  });
  return (
    <Card title={t('password')}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(undefined);
        }}
      >
        <TextField
          label={t('current')}
          type="password"
          autoComplete="current-password"
          required
          {...field('current_password')}
          error={fieldError(change.error, 'current_password')}
        />
        <TextField
          label={t('fresh')}
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          {...field('password')}
          hint={t('freshHint')}
          error={fieldError(change.error, 'password')}
        />
        {change.error !== null && <ErrorState problem={change.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('password')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Sessions() {
  const t = useWords();
  const toast = useToast();
  const pages = usePages('/admin/v1/me/sessions', {}, { live: 5_000 });
  const end = useChange(
    (id: string | null) =>
      id === null
        ? api.delete('/admin/v1/me/sessions')
        : api.delete('/admin/v1/me/sessions/{id}', { path: { id } }),
    { touches: ['/admin/v1/me/sessions'], onDone: () => toast(t('ended')) },
  );
  return (
    <Card
      title={t('sessions')}
      flush
      actions={
        pages.rows.length > 1 && (
          <Button size="small" busy={end.isPending} onClick={() => end.mutate(null)}>
            {t('endOthers')}
          </Button>
        )
      }
    >
      <SessionTable pages={pages} onEnd={(id) => end.mutate(id)} />
    </Card>
  );
}
