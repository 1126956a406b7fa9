import { afterEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { chat } from './chat';
import { images, speech, transcription } from './media';

const PATH = '/v1/chat/completions';
const TOLD = {
  onText: () => undefined,
  onHeaders: () => undefined,
  onProgress: () => undefined,
};

afterEach(() => vi.unstubAllGlobals());

function answers(body: BodyInit, headers: Record<string, string> = {}) {
  const fetched = vi.fn(() => Promise.resolve(new Response(body, { status: 200, headers })));
  vi.stubGlobal('fetch', fetched);
  return fetched as unknown as { mock: { calls: [string, RequestInit][] } };
}

function signal() {
  return new AbortController().signal;
}

it('reads a stream to its end, with usage, route and id', async () => {
  const fetched = answers(
    'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n' +
      'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n' +
      'data: {"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}\n\n' +
      'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n' +
      'data: [DONE]\n\n',
    { 'x-request-id': 'req_1', 'x-sluice-route': 'simulator/sim-chat;attempts=1' },
  );
  const texts: string[] = [];
  const told = { ...TOLD, onText: (text: string) => texts.push(text) };
  const answered = await chat(PATH, 'k', { model: 'm' }, told, signal());
  expect(texts).toEqual(['Hel', 'Hello']);
  expect(answered).toMatchObject({
    requestId: 'req_1',
    route: 'simulator/sim-chat;attempts=1',
    finish: 'stop',
    usage: { prompt_tokens: 3, completion_tokens: 2 },
    calls: [],
  });
  const [, init] = fetched.mock.calls[0] ?? [];
  expect(init?.credentials).toBe('omit');
  expect(new Headers(init?.headers).get('authorization')).toBe('Bearer k');
});

it('puts calls of functions together from their pieces', async () => {
  const piece = (call: object) =>
    `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] })}\n\n`;
  answers(
    piece({ index: 0, id: 'call_a', function: { name: 'get_weather', arguments: '' } }) +
      piece({ index: 0, function: { arguments: '{"city":' } }) +
      piece({ index: 1, id: 'call_b', function: { name: 'get_weather', arguments: '{}' } }) +
      piece({ index: 0, function: { arguments: '"Paris"}' } }) +
      'data: [DONE]\n\n',
  );
  const { calls, firstMillis } = await chat(PATH, 'k', {}, TOLD, signal());
  expect(calls).toEqual([
    { id: 'call_a', name: 'get_weather', arguments: '{"city":"Paris"}' },
    { id: 'call_b', name: 'get_weather', arguments: '{}' },
  ]);
  expect(firstMillis).not.toBeNull();
});

it('says what a stream that broke off said', async () => {
  answers('data: {"choices":[{"delta":{"content":"x"}}]}\n\ndata: {"error":{"message":"Cut."}}\n\n');
  const problem = await chat(PATH, 'k', {}, TOLD, signal()).catch((e: unknown) => e);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect((problem as ApiProblem).message).toBe('Cut.');
});

it('shows pictures that came along, and links to those that did not', async () => {
  answers(JSON.stringify({ data: [{ b64_json: 'iVBO' }, { url: 'http://127.0.0.1/p.png' }] }));
  const { media } = await images('/v1/images/generations', 'k', {}, TOLD, signal());
  expect(media).toEqual({
    kind: 'pictures',
    pictures: [
      { src: 'data:image/png;base64,iVBO', link: null, prompt: null },
      { src: null, link: 'http://127.0.0.1/p.png', prompt: null },
    ],
  });
});

it('keeps sound as a file of its type', async () => {
  answers(new Blob(['RIFF'], { type: 'audio/wav' }), { 'content-type': 'audio/wav' });
  const { media } = await speech('/v1/audio/speech', 'k', {}, TOLD, signal());
  expect(media?.kind === 'sound' && media.file.name).toBe('speech.wav');
});

it.each([
  ['{"text":"Two words"}', 'application/json', 'Two words'],
  ['Two words\n', 'text/plain', 'Two words'],
])('sends a file and shows its text, whatever its format (%s)', async (body, type, shown) => {
  const fetched = answers(body, { 'content-type': type });
  const texts: string[] = [];
  const told = { ...TOLD, onText: (text: string) => texts.push(text) };
  const file = new File(['RIFF'], 'a b.wav');
  await transcription('/v1/audio/transcriptions', 'k', { model: 'm' }, file, told, signal());
  expect(texts).toEqual([shown]);
  const [, init] = fetched.mock.calls[0] ?? [];
  const form = init?.body as FormData;
  expect(form.get('model')).toBe('m');
  expect((form.get('file') as File).name).toBe('a b.wav');
  expect(new Headers(init?.headers).has('content-type')).toBe(false);
});
