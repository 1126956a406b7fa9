import { expect, it } from 'vitest';
import { callOf } from './call';

const BASE = 'http://127.0.0.1:8080/v1';

it('shows a call that the model serves', () => {
  const of = (...modes: string[]) => callOf({ name: 'm', modes }, BASE);
  expect(of('chat')).toContain("'http://127.0.0.1:8080/v1/chat/completions'");
  expect(of()).toContain('/v1/chat/completions');
  expect(of('audio_transcription')).toContain('file=@"speech.wav"');
  expect(of('video_generation')).toContain('/v1/videos');
  expect(of('embedding')).toContain('/v1/embeddings');
  expect(of('embedding')).toContain('"input": "Hello"');
  expect(of('realtime')).toBeNull();
});
