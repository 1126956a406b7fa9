// Pictures and sound: one answer, of which the first byte tells how long it took.
import type { Body } from './body';
import { post, type Answered, type Picture, type Told } from './call';

interface WirePicture {
  b64_json?: string | null;
  url?: string | null;
  revised_prompt?: string | null;
}

interface Pictures {
  data?: WirePicture[];
  output_format?: string;
  usage?: { input_tokens?: number; output_tokens?: number };
}

function picture(one: WirePicture, format: string): Picture {
  return {
    src: one.b64_json == null ? null : `data:image/${format};base64,${one.b64_json}`,
    link: one.url ?? null,
    prompt: one.revised_prompt ?? null,
  };
}

type Call = [path: string, key: string, body: Body, told: Told, signal: AbortSignal];

export async function images(...[path, key, body, told, signal]: Call): Promise<Answered> {
  const { answer, began, so } = await post(path, key, body, told, signal);
  const read = (await answer.json()) as Pictures;
  const pictures = (read.data ?? []).map((one) => picture(one, read.output_format ?? 'png'));
  return {
    ...so,
    usage:
      read.usage === undefined
        ? null
        : {
            prompt_tokens: read.usage.input_tokens ?? 0,
            completion_tokens: read.usage.output_tokens ?? 0,
          },
    totalMillis: performance.now() - began,
    media: { kind: 'pictures', pictures },
  };
}

/** What the type of an answer is called as a file. */
export function extensionOf(type: string): string {
  const known = /(mpeg|mp3)|(wav)|(ogg|opus)|(flac)|(aac)/.exec(type);
  const [, mp3, wav, opus, flac, aac] = known ?? [];
  return (mp3 && 'mp3') ?? wav ?? (opus && 'opus') ?? flac ?? aac ?? 'bin';
}

export async function speech(...[path, key, body, told, signal]: Call): Promise<Answered> {
  const { answer, began, so } = await post(path, key, body, told, signal);
  const sound = await answer.blob();
  const type = sound.type.split(';')[0] ?? '';
  const file = new File([sound], `speech.${extensionOf(type)}`, { type });
  return {
    ...so,
    totalMillis: performance.now() - began,
    media: { kind: 'sound', file, src: URL.createObjectURL(file) },
  };
}

/** The text of a transcription, whatever format was asked for. */
function textOf(body: string, type: string): string {
  if (!type.includes('json')) {
    return body.trim();
  }
  const read = JSON.parse(body) as { text?: string };
  return read.text ?? body;
}

export async function transcription(
  path: string,
  key: string,
  body: Body,
  file: File,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const form = new FormData();
  Object.entries(body).forEach(([name, value]) => form.append(name, String(value)));
  form.append('file', file);
  const { answer, began, so } = await post(path, key, form, told, signal);
  const text = await answer.text();
  told.onText(textOf(text, answer.headers.get('content-type') ?? ''));
  return { ...so, totalMillis: performance.now() - began };
}
