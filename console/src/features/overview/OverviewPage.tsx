import { words } from '@/i18n';
import { PageHeader } from '@/ui';

const useWords = words({ en: { title: 'Overview' }, de: { title: 'Übersicht' } });

export default function OverviewPage() {
  const t = useWords();
  return <PageHeader title={t('title')} />;
}
