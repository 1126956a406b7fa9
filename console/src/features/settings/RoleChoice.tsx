import type { ApiProblem } from '@/api/problem';
import { Checkbox, fieldError } from '@/ui';
import { useWords } from './words';

export const ROLES = {
  owner: 'roleOwner',
  platform: 'rolePlatform',
  developer: 'roleDeveloper',
  finance: 'roleFinance',
  security: 'roleSecurity',
  legal: 'roleLegal',
  procurement: 'roleProcurement',
  support: 'roleSupport',
  auditor: 'roleAuditor',
} as const;

/** Which roles, each with what it may do. */
export function RoleChoice({
  chosen,
  onChange,
  problem,
}: {
  chosen: string[];
  onChange: (roles: string[]) => void;
  problem: ApiProblem | null;
}) {
  const t = useWords();
  const error = fieldError(problem, 'roles');
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t('roles')}</legend>
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {Object.entries(ROLES).map(([role, words]) => (
          <Checkbox
            key={role}
            name="roles"
            label={role}
            hint={t(words)}
            checked={chosen.includes(role)}
            onChange={(event) =>
              onChange(
                event.target.checked ? [...chosen, role] : chosen.filter((one) => one !== role),
              )
            }
          />
        ))}
      </div>
      {error !== null && (
        <p role="alert" className="mt-1 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}
