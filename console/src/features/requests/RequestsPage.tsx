import { words } from '@/i18n';
import { PageHeader } from '@/ui';

const useWords = words({ en: { title: 'Requests' }, de: { title: 'Aufrufe' } });

export default function RequestsPage() {
  const t = useWords();
  return <PageHeader title={t('title')} />;
}
