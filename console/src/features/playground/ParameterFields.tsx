// What of each mode can be set; what is left empty is not sent, and the model decides.
import { Select, TextArea, TextField, type Choice } from '@/ui';
import type { Parameters } from './body';
import type { Mode } from './modes';
import { toolsOf } from './tools';
import { useWords } from './words';

const SIZES = ['256x256', '512x512', '1024x1024', '1024x1536', '1536x1024', '1024x1792', '1792x1024'];
const VIDEO_SIZES = [
  '1280x720',
  '720x1280',
  '1792x1024',
  '1024x1792',
  '1920x1080',
  '1080x1920',
];
const VIDEO_SECONDS = ['4', '5', '6', '8', '10', '12'];
const QUALITIES = ['low', 'medium', 'high', 'standard', 'hd'];
const SOUND_FORMATS = ['mp3', 'wav', 'opus', 'flac', 'aac'];
const MOST_PICTURES = 4;

function plain(values: string[]): Choice[] {
  return values.map((value) => ({ value, label: value }));
}

export function ParameterFields({
  mode,
  values,
  set,
}: {
  mode: Mode;
  values: Parameters;
  set: (change: Partial<Parameters>) => void;
}) {
  const t = useWords();
  const field = (name: keyof Parameters) => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  const usual = { value: '', label: t('modelsOwn') };
  const choice = (name: keyof Parameters, choices: Choice[]) => ({
    ...field(name),
    choices: [usual, ...choices],
  });
  switch (mode) {
    case 'chat':
      return <Sampling field={field} />;
    case 'tools': {
      const { mistake } = toolsOf(values.tools);
      return (
        <>
          <TextArea
            label={t('toolsField')}
            hint={t('toolsHint')}
            error={mistake === null ? null : t(mistake)}
            rows={9}
            spellCheck={false}
            wrap="off"
            className="[&_textarea]:font-mono [&_textarea]:text-[0.86rem]"
            {...field('tools')}
          />
          <Select
            label={t('toolChoice')}
            {...field('toolChoice')}
            choices={[
              { value: '', label: t('choiceAuto') },
              { value: 'required', label: t('choiceRequired') },
              { value: 'none', label: t('choiceNone') },
            ]}
          />
          <Sampling field={field} />
        </>
      );
    }
    case 'images':
      return (
        <>
          <Select label={t('size')} hint={t('sizeHint')} {...choice('size', plain(SIZES))} />
          <div className="grid grid-cols-2 gap-3">
            <Select label={t('quality')} {...choice('quality', plain(QUALITIES))} />
            <Select
              label={t('count')}
              {...field('count')}
              choices={Array.from({ length: MOST_PICTURES }, (_, index) => ({
                value: index === 0 ? '' : String(index + 1),
                label: String(index + 1),
              }))}
            />
          </div>
          <Select
            label={t('pictureAs')}
            {...choice('pictureAs', [
              { value: 'b64_json', label: t('asData') },
              { value: 'url', label: t('asLink') },
            ])}
          />
        </>
      );
    case 'video':
      return (
        <>
          <Select
            label={t('size')}
            hint={t('sizeHint')}
            {...choice('videoSize', plain(VIDEO_SIZES))}
          />
          <Select
            label={t('videoSeconds')}
            hint={t('videoSecondsHint')}
            {...choice('videoSeconds', plain(VIDEO_SECONDS))}
          />
        </>
      );
    case 'speech':
      return (
        <>
          <TextField label={t('voice')} {...field('voice')} />
          <div className="grid grid-cols-2 items-start gap-3">
            <Select
              label={t('soundFormat')}
              {...choice('soundFormat', plain(SOUND_FORMATS))}
            />
            <TextField
              label={t('speed')}
              hint={t('speedHint')}
              inputMode="decimal"
              placeholder={t('modelsOwn')}
              {...field('speed')}
            />
          </div>
          <TextArea
            label={t('instructions')}
            hint={t('instructionsHint')}
            {...field('instructions')}
          />
        </>
      );
    case 'transcription':
      return (
        <>
          <TextField
            label={t('spokenLanguage')}
            hint={t('languageHint')}
            maxLength={2}
            {...field('language')}
          />
          <Select
            label={t('textFormat')}
            {...choice('textFormat', [
              { value: 'text', label: t('asText') },
              { value: 'srt', label: t('asSrt') },
              { value: 'vtt', label: t('asVtt') },
              { value: 'verbose_json', label: t('asVerbose') },
            ])}
          />
          <TextArea label={t('spelling')} hint={t('spellingHint')} {...field('spelling')} />
        </>
      );
  }
}

function Sampling({
  field,
}: {
  field: (name: keyof Parameters) => {
    value: string;
    onChange: (event: { target: { value: string } }) => void;
  };
}) {
  const t = useWords();
  return (
    <>
      <TextArea label={t('system')} hint={t('systemHint')} {...field('system')} />
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t('temperature')}
          inputMode="decimal"
          placeholder={t('modelsOwn')}
          {...field('temperature')}
        />
        <TextField
          label={t('maxTokens')}
          inputMode="numeric"
          placeholder={t('modelsOwn')}
          {...field('maxTokens')}
        />
      </div>
    </>
  );
}
