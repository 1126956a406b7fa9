// One call of a mode, from its body to what came of it.
import type { Ask, Body } from './body';
import { chat } from './chat';
import type { Answered, Told } from './call';
import { images, speech, transcription } from './media';
import { ENDPOINTS, type Mode } from './modes';
import { resume, video } from './video';

/** @param key a credential that works now; what takes long asks again */
export async function perform(
  mode: Mode,
  currentKey: () => Promise<string>,
  body: Body,
  ask: Ask,
  told: Told,
  signal: AbortSignal,
): Promise<Answered> {
  const { path } = ENDPOINTS[mode];
  const key = await currentKey();
  switch (mode) {
    case 'chat':
    case 'tools':
      return chat(path, key, body, told, signal);
    case 'images':
      return images(path, key, body, told, signal);
    case 'video':
      return ask.job === undefined
        ? video(path, currentKey, body, told, signal)
        : resume(path, currentKey, ask.job, told, signal);
    case 'speech':
      return speech(path, key, body, told, signal);
    case 'transcription':
      return transcription(path, key, body, ask.file ?? new File([], 'empty'), told, signal);
  }
}
