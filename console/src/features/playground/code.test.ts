/// <reference types="node" />
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { bodyOf, PARAMETERS } from './body';
import { codeOf } from './code';

const NASTY = `it's "quoted" $HOME \`id\` \\ new\nline </script> ünï 🌊`;
const BASE = 'http://127.0.0.1:8080/v1';
const BODY = bodyOf('chat', 'sim-chat', PARAMETERS, { text: NASTY });

function shell(script: string): string {
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' });
}

it('quotes whatever was typed so that the shell and Node read the same text', () => {
  const script = codeOf('curl', 'chat', BASE, BODY).replace(/curl -sS[\s\S]*?-d /, 'printf %s ');
  expect(JSON.parse(shell(script))).toEqual(BODY);

  const code = codeOf('node', 'chat', BASE, BODY);
  const literal = /create\(([\s\S]*)\);\nconsole/.exec(code)?.[1] ?? '';
  const read = execFileSync('node', ['-p', `JSON.stringify(${literal})`], { encoding: 'utf8' });
  expect(JSON.parse(read)).toEqual(BODY);
});

it('quotes the fields of a form and the name of a file', () => {
  const body = { model: 'sim-whisper', prompt: NASTY };
  const script = codeOf('curl', 'transcription', BASE, body, `it's "a" \\ b.wav`)
    .replace(/curl -sS[\s\S]*?SLUICE_KEY"/, `printf '%s\\0'`);
  expect(shell(script).split('\0').slice(0, -1)).toEqual([
    '--form-string',
    'model=sim-whisper',
    '--form-string',
    `prompt=${NASTY}`,
    '-F',
    // as curl reads a name in double quotes
    `file=@"it's \\"a\\" \\\\ b.wav"`,
  ]);
});

it('writes values as Python does', () => {
  const code = codeOf('python', 'chat', BASE, { a: true, b: null, c: 'x"y', d: [{ e: 1 }] });
  expect(code).toContain('a=True,');
  expect(code).toContain('b=None,');
  expect(code).toContain('c="x\\"y",');
  expect(code).toContain('d=[\n        {"e": 1},\n    ],');
});
