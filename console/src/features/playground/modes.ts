// What can be tried: each mode is one endpoint, and offers the models that serve it.
import type { Model } from '../../../generated/schema';

export const MODES = ['chat', 'tools', 'images', 'video', 'speech', 'transcription'] as const;
export type Mode = (typeof MODES)[number];

interface Endpoint {
  path: string;
  /** modes of the price book */
  serves: readonly string[];
}

const CONVERSATION: Endpoint = { path: '/v1/chat/completions', serves: ['chat', 'responses'] };

export const ENDPOINTS: Record<Mode, Endpoint> = {
  chat: CONVERSATION,
  tools: CONVERSATION,
  images: { path: '/v1/images/generations', serves: ['image_generation'] },
  video: { path: '/v1/videos', serves: ['video_generation'] },
  speech: { path: '/v1/audio/speech', serves: ['audio_speech'] },
  transcription: { path: '/v1/audio/transcriptions', serves: ['audio_transcription'] },
};

/** Of what no price tells what it is for, it is a model to talk to. */
export function serves(mode: Mode, model: Pick<Model, 'modes'>): boolean {
  const modes = model.modes.length === 0 ? ['chat'] : model.modes;
  return modes.some((one) => ENDPOINTS[mode].serves.includes(one));
}

export function isConversation(mode: Mode): boolean {
  return mode === 'chat' || mode === 'tools';
}

export function modeOf(text: string | undefined): Mode {
  return MODES.find((mode) => mode === text) ?? 'chat';
}
