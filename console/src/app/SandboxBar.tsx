// The line above every page while a sandbox is looked at: what it is, the way back, its end.
import { useEffect, useState } from 'react';
import { api } from '@/api/client';
import { useChange } from '@/api/hooks';
import { visit, visited } from '@/api/sandbox';
import { words } from '@/i18n';
import { Button, FormDialog } from '@/ui';
import { useSession } from './session';

const useWords = words({
  en: {
    where: 'Sandbox',
    looking: 'You look at {name}: play money, simulated models, a past that was made up.',
    back: 'Back to {home}',
    wipe: 'Throw it away',
    wipeTitle: 'Throw {name} away?',
    wipeText:
      'Its keys stop working at once; its calls, quotas and books are deleted. It does not come back.',
  },
  de: {
    where: 'Sandbox',
    looking: 'Das ist {name}: Spielgeld, simulierte Modelle, eine erfundene Vergangenheit.',
    back: 'Zurück zu {home}',
    wipe: 'Wegwerfen',
    wipeTitle: '{name} wegwerfen?',
    wipeText:
      'Die Schlüssel gelten sofort nicht mehr; Aufrufe, Kontingente und Bücher werden gelöscht. Das lässt sich nicht rückgängig machen.',
  },
});

export function SandboxBar() {
  const t = useWords();
  const me = useSession();
  const [asking, setAsking] = useState(false);
  const name = me?.organization?.name ?? '';
  const home = me?.home ?? '';
  const lost = me !== null && visited() !== null && visited() !== name;
  useEffect(() => {
    if (lost) {
      visit(null);
    }
  }, [lost]);
  const wipe = useChange(
    () => api.post('/admin/v1/organizations/{id}/wipe', undefined, { path: { id: name } }),
    { touches: [], onDone: () => visit(null) },
  );
  if (home === '' || home === name) {
    return null;
  }
  return (
    <aside
      aria-label={t('where')}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-warn-soft px-4 py-2 sm:px-6"
    >
      <p className="min-w-0 flex-1 basis-64">{t('looking', { name })}</p>
      {/* side by side, beside the words or under them */}
      <div className="flex flex-wrap gap-2">
        <Button size="small" onClick={() => visit(null)}>
          {t('back', { home })}
        </Button>
        <Button size="small" onClick={() => setAsking(true)}>
          {t('wipe')}
        </Button>
      </div>
      {asking && (
        <FormDialog
          title={t('wipeTitle', { name })}
          submit={t('wipe')}
          danger
          change={wipe}
          onClose={() => setAsking(false)}
        >
          <p>{t('wipeText')}</p>
        </FormDialog>
      )}
    </aside>
  );
}
