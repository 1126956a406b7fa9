import { words } from '@/i18n';
import { PageHeader } from '@/ui';

const useWords = words({ en: { title: 'Get started' }, de: { title: 'Erste Schritte' } });

export default function GetStartedPage() {
  const t = useWords();
  return <PageHeader title={t('title')} />;
}
