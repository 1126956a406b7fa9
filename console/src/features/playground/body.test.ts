import { expect, it } from 'vitest';
import { bodyOf, PARAMETERS } from './body';
import { serves } from './modes';
import { toolsOf } from './tools';
import { callAt, history, openCalls, type Turn } from './useLanes';

const HELLO = { text: 'Hello' };
const CALL = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris"}' };

function turn(part: Partial<Turn>): Turn {
  return {
    id: 1,
    ask: HELLO,
    model: 'm',
    text: '',
    calls: [],
    media: null,
    progress: null,
    state: 'done',
    requestId: null,
    route: null,
    answered: null,
    problem: null,
    ...part,
  };
}

it('leaves out what was left empty', () => {
  const messages = [{ role: 'user', content: 'Hello' }];
  expect(bodyOf('chat', 'sim-chat', PARAMETERS, HELLO)).toEqual({ model: 'sim-chat', messages });
  const full = { ...PARAMETERS, system: ' Be kind. ', temperature: '0', maxTokens: '20' };
  expect(bodyOf('chat', 'sim-chat', full, HELLO)).toEqual({
    model: 'sim-chat',
    messages: [{ role: 'system', content: 'Be kind.' }, ...messages],
    temperature: 0,
    max_tokens: 20,
  });
  expect(bodyOf('images', 'p', { ...PARAMETERS, count: '2', size: '512x512' }, HELLO)).toEqual({
    model: 'p',
    prompt: 'Hello',
    n: 2,
    size: '512x512',
  });
  expect(bodyOf('video', 'v', PARAMETERS, HELLO)).toEqual({
    model: 'v',
    prompt: 'Hello',
    size: '1280x720',
    seconds: '4',
  });
  const open = { ...PARAMETERS, videoSize: '', videoSeconds: '' };
  expect(bodyOf('video', 'v', open, HELLO)).toEqual({ model: 'v', prompt: 'Hello' });
  expect(bodyOf('speech', 's', { ...PARAMETERS, voice: ' ', speed: '1,5' }, HELLO)).toEqual({
    model: 's',
    input: 'Hello',
    voice: 'alloy',
    speed: 1.5,
  });
  expect(bodyOf('transcription', 'w', PARAMETERS, { text: '' })).toEqual({ model: 'w' });
});

it('tells a model what its functions returned, and goes on', () => {
  const asked = turn({ calls: [CALL] });
  expect(openCalls([asked])).toEqual([CALL]);
  const ask = { text: '', results: [{ id: 'call_1', content: '21 °C' }] };
  const body = bodyOf('tools', 'm', PARAMETERS, ask, history([asked]));
  expect(body.messages).toEqual([
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '21 °C' },
  ]);
  expect(openCalls([asked, turn({ ask, text: 'Warm.' })])).toEqual([]);
  // one that failed was never heard
  expect(openCalls([asked, turn({ ask, state: 'failed' })])).toEqual([CALL]);
});

it('takes functions bare, wrapped or several, and names the mistake', () => {
  const bare = { name: 'a', parameters: { type: 'object' } };
  const wrapped = { type: 'function', function: bare };
  expect(toolsOf(JSON.stringify(bare)).tools).toEqual([wrapped]);
  expect(toolsOf(JSON.stringify([wrapped, bare])).tools).toEqual([wrapped, wrapped]);
  expect(toolsOf('').tools).toEqual([]);
  expect(toolsOf('{').mistake).toBe('notJson');
  expect(toolsOf('7').mistake).toBe('noName');
  expect(toolsOf('{"description":"x"}').mistake).toBe('noName');
  expect(toolsOf('{"name":"two words"}').mistake).toBe('badName');
  expect(toolsOf('{"name":"a","parameters":[]}').mistake).toBe('badParameters');
  expect(toolsOf(PARAMETERS.tools).mistake).toBeNull();
});

it('offers in each mode the models that serve its endpoint', () => {
  expect(serves('images', { modes: ['image_generation'] })).toBe(true);
  expect(serves('images', { modes: ['chat'] })).toBe(false);
  expect(serves('speech', { modes: ['audio_transcription'] })).toBe(false);
  expect(serves('video', { modes: ['video_generation'] })).toBe(true);
  expect(serves('chat', { modes: [] })).toBe(true);
  expect(serves('tools', { modes: ['responses', 'chat'] })).toBe(true);
});

it('shows the call that was made last as it was made, where nothing else is asked', () => {
  const hello = turn({ ask: { text: 'Hello' }, text: 'Hi.' });
  const more = turn({ ask: { text: 'And more?' }, text: 'Yes.' });
  expect(callAt([], null)).toEqual({ ask: { text: '' }, before: [] });
  expect(callAt([hello], null)).toEqual({ ask: { text: 'Hello' }, before: [] });
  expect(callAt([hello, more], null)).toEqual({
    ask: { text: 'And more?' },
    before: history([hello]),
  });
  expect(callAt([hello], { text: 'Now?' })).toEqual({ ask: { text: 'Now?' }, before: history([hello]) });
});
