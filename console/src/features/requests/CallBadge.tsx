import { Badge } from '@/ui';
import { outcome, TONES, type Call } from './call';
import { useWords } from './words';

/** The status the client saw, in the colour of what it means. */
export function CallBadge({ call }: { call: Call }) {
  const t = useWords();
  const kind = outcome(call);
  const text =
    kind === 'running' ? t('running') : kind === 'left' ? t('left') : String(call.status_code ?? '–');
  return (
    <span title={call.error_code ?? undefined}>
      <Badge tone={TONES[kind]}>{text}</Badge>
    </span>
  );
}
