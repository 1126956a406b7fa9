import { useState } from 'react';
import { CodeBlock, Dialog, Tabs } from '@/ui';
import { codeOf, LANGUAGES, type CodeLanguage } from './code';
import { useWords } from './words';

const NAMES = { curl: 'curl', python: 'Python', node: 'Node' };

export function CodeDialog({
  body,
  onClose,
}: {
  body: Record<string, unknown>;
  onClose: () => void;
}) {
  const t = useWords();
  const [language, setLanguage] = useState<CodeLanguage>('curl');
  return (
    <Dialog title={t('code')} onClose={onClose} wide>
      <p className="mb-3 text-muted">{t('codeText')}</p>
      <Tabs
        label={t('language')}
        value={language}
        onChange={setLanguage}
        tabs={LANGUAGES.map((key) => ({ key, label: NAMES[key] }))}
      >
        <CodeBlock text={codeOf(language, `${location.origin}/v1`, body)} label={t('code')} />
      </Tabs>
    </Dialog>
  );
}
