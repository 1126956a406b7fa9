// What the lists of people and of services have in common.
import { useTeamName } from '@/parts/names';
import { TextLink, type Column } from '@/ui';
import { useWords } from './words';

interface Caller {
  name: string;
  team?: string | null;
}

/** The team of a caller, and the way to its keys. */
export function useCallerColumns<T extends Caller>(kind: 'user' | 'service') {
  const t = useWords();
  const teamName = useTeamName();
  const team: Column<T> = {
    key: 'team',
    header: t('team'),
    from: 'sm',
    cell: (caller) => teamName(caller.team) ?? '–',
  };
  const keys: Column<T> = {
    key: 'keys',
    header: t('keys'),
    from: 'sm',
    cell: (caller) => (
      <TextLink to="/keys" search={{ owner: `${kind}:${caller.name}` } as never}>
        {t('keys')}
      </TextLink>
    ),
  };
  return { team, keys };
}
