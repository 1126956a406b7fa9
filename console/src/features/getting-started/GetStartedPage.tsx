import { useState } from 'react';
import { Loading, PageHeader } from '@/ui';
import { FirstCallStep } from './FirstCall';
import { KeyStep } from './Key';
import { ModelsStep } from './Models';
import { MoneyStep } from './Money';
import { Snippets } from './Snippets';
import { useSteps } from './steps';
import { useWords } from './words';

export default function GetStartedPage() {
  const t = useWords();
  const steps = useSteps();
  // known to this page alone, and only until it is left
  const [secret, setSecret] = useState<string | null>(null);
  if (steps.isPending) {
    return <Loading lines={8} />;
  }
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title={t('title')}>{t('text')}</PageHeader>
      <div className="flex flex-col gap-3">
        <ModelsStep names={steps.models} />
        <MoneyStep done={steps.hasMoney} />
        <KeyStep hasKey={steps.hasKey} secret={secret} onMade={setSecret} />
        <FirstCallStep done={steps.hasCall} secret={secret} models={steps.talkers} />
      </div>
      <Snippets secret={secret} model={steps.talkers[0] ?? 'sim-chat'} />
    </div>
  );
}
