import { useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { useNames } from '@/api/names';
import { useCan, useSession } from '@/app/session';
import { Button, CodeBlock, ErrorState, fieldError, Select, TextField } from '@/ui';
import { Step } from './Step';
import { useWords } from './words';

const NEW_TEAM = 'my-team';

export function KeyStep({
  hasKey,
  secret,
  onMade,
}: {
  hasKey: boolean;
  secret: string | null;
  onMade: (secret: string) => void;
}) {
  const t = useWords();
  const can = useCan();
  const me = useSession();
  const names = useNames();
  const [label, setLabel] = useState('my-app');
  const [team, setTeam] = useState('');
  const [newTeam, setNewTeam] = useState(NEW_TEAM);
  const [again, setAgain] = useState(false);
  const hasTeams = names.teams.length > 0;
  const make = useChange(
    async () => {
      const pays = hasTeams ? team || (names.teams[0]?.name ?? '') : newTeam;
      if (!hasTeams) {
        await api.post('/admin/v1/teams', { name: pays });
      }
      return api.post('/admin/v1/keys', {
        label,
        team: pays,
        owner: me?.owner ?? '',
        environment: 'development',
      });
    },
    {
      onDone: (key) => {
        setAgain(false);
        onMade(key.key ?? '');
      },
    },
  );
  const form = (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate(undefined);
      }}
    >
      <p className="max-w-prose text-muted">{t('keyText')}</p>
      <div className="flex flex-wrap items-end gap-3">
        <TextField
          label={t('label')}
          required
          className="w-full sm:w-48"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
          error={fieldError(make.error, 'label')}
        />
        {hasTeams ? (
          <Select
            label={t('team')}
            className="w-full sm:w-48"
            value={team}
            onChange={(event) => setTeam(event.target.value)}
            choices={names.teams.map(({ name }) => ({ value: name, label: name }))}
            error={fieldError(make.error, 'team')}
          />
        ) : (
          <TextField
            label={t('team')}
            required
            className="w-full sm:w-48"
            value={newTeam}
            onChange={(event) => setNewTeam(event.target.value)}
            error={fieldError(make.error, 'name')}
          />
        )}
        <Button type="submit" look="primary" busy={make.isPending}>
          {t('create')}
        </Button>
      </div>
      {make.error !== null && make.error.param === null && <ErrorState problem={make.error} />}
    </form>
  );
  return (
    <Step number={3} title={t('key')} done={hasKey}>
      {secret !== null ? (
        <div className="flex flex-col gap-2">
          <p className="font-medium">{t('once')}</p>
          <CodeBlock text={secret} label={t('key')} />
        </div>
      ) : !can('post_admin_v1_keys') ? (
        <p className="text-muted">{t(hasKey ? 'keysThere' : 'notAllowed')}</p>
      ) : hasKey && !again ? (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-muted">{t('keyExists')}</p>
          <Button size="small" onClick={() => setAgain(true)}>
            {t('another')}
          </Button>
        </div>
      ) : (
        form
      )}
    </Step>
  );
}
