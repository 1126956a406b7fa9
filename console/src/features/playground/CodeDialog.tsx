import { useState } from 'react';
import { CodeBlock, Dialog, Tabs } from '@/ui';
import type { Body } from './body';
import { codeOf, LANGUAGES, type CodeLanguage } from './code';
import type { Mode } from './modes';
import { useWords } from './words';

const NAMES = { curl: 'curl', python: 'Python', node: 'Node' };

export function CodeDialog({
  mode,
  body,
  heard,
  onClose,
}: {
  mode: Mode;
  body: Body;
  /** the name of the file with sound, if one was chosen */
  heard: string | undefined;
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
        <CodeBlock
          text={codeOf(language, mode, `${location.origin}/v1`, body, heard)}
          label={t('code')}
        />
      </Tabs>
    </Dialog>
  );
}
