import { words } from '@/i18n';
import { PageHeader } from '@/ui';

const useWords = words({ en: { title: 'Playground' }, de: { title: 'Spielwiese' } });

export default function PlaygroundPage() {
  const t = useWords();
  return <PageHeader title={t('title')} />;
}
