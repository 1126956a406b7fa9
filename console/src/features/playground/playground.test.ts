/// <reference types="node" />
import { execFileSync } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiProblem } from '@/api/problem';
import { bodyOf, chat, type Message } from './chat';
import { codeOf } from './code';

const NASTY = `it's "quoted" $HOME \`id\` \\ new\nline </script> ünï 🌊`;
const SETTINGS = { model: 'sim-chat', system: '', temperature: '', maxTokens: '' };
const MESSAGES: Message[] = [{ role: 'user', content: NASTY }];

afterEach(() => vi.unstubAllGlobals());

it('leaves out what was left empty', () => {
  expect(bodyOf(SETTINGS, MESSAGES)).toEqual({ model: 'sim-chat', messages: MESSAGES });
  const full = { ...SETTINGS, system: ' Be kind. ', temperature: '0', maxTokens: '20' };
  expect(bodyOf(full, [])).toEqual({
    model: 'sim-chat',
    messages: [{ role: 'system', content: 'Be kind.' }],
    temperature: 0,
    max_tokens: 20,
  });
});

it('quotes whatever was typed so that the shell and Node read the same text', () => {
  const body = bodyOf(SETTINGS, MESSAGES);
  const script = codeOf('curl', 'http://127.0.0.1:8080/v1', body).replace(
    /curl -sS[\s\S]*?-d /,
    'printf %s ',
  );
  const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual(body);

  const code = codeOf('node', 'http://127.0.0.1:8080/v1', body);
  const literal = /create\(([\s\S]*)\);\nconsole/.exec(code)?.[1] ?? '';
  const read = execFileSync('node', ['-p', `JSON.stringify(${literal})`], { encoding: 'utf8' });
  expect(JSON.parse(read)).toEqual(body);
});

it('writes values as Python does', () => {
  const code = codeOf('python', 'http://127.0.0.1/v1', { a: true, b: null, c: 'x"y', d: [{ e: 1 }] });
  expect(code).toContain('a=True,');
  expect(code).toContain('b=None,');
  expect(code).toContain('c="x\\"y",');
  expect(code).toContain('d=[\n        {"e": 1},\n    ],');
});

function streams(text: string, headers: Record<string, string> = {}) {
  const fetched = vi.fn(() => Promise.resolve(new Response(text, { status: 200, headers })));
  vi.stubGlobal('fetch', fetched);
  return fetched as unknown as { mock: { calls: [string, RequestInit][] } };
}

const TOLD = { onText: () => undefined, onHeaders: () => undefined };

it('reads a stream to its end, with usage, route and id', async () => {
  const fetched = streams(
    'data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n' +
      'data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n' +
      'data: {"choices":[{"delta":{"content":"lo"},"finish_reason":"stop"}]}\n\n' +
      'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n' +
      'data: [DONE]\n\n',
    { 'x-request-id': 'req_1', 'x-sluice-route': 'simulator/sim-chat;attempts=1' },
  );
  const texts: string[] = [];
  const told = { ...TOLD, onText: (text: string) => texts.push(text) };
  const answered = await chat('k', { model: 'm' }, told, new AbortController().signal);
  expect(texts).toEqual(['Hel', 'Hello']);
  expect(answered).toMatchObject({
    requestId: 'req_1',
    route: 'simulator/sim-chat;attempts=1',
    finish: 'stop',
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });
  const [, init] = fetched.mock.calls[0] ?? [];
  expect(init?.credentials).toBe('omit');
  expect(new Headers(init?.headers).get('authorization')).toBe('Bearer k');
});

it('says what a stream that broke off said', async () => {
  streams('data: {"choices":[{"delta":{"content":"x"}}]}\n\ndata: {"error":{"message":"Cut."}}\n\n');
  const problem = await chat('k', {}, TOLD, new AbortController().signal).catch((e: unknown) => e);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect((problem as ApiProblem).message).toBe('Cut.');
});
