import { expect, it } from 'vitest';
import { found, idIn, type Command } from './commands';

const command = (label: string, words = ''): Command => ({
  id: label,
  label,
  words,
  icon: 'info',
  run: () => undefined,
});
const ALL = [
  command('Keys', 'credential token playground'),
  command('Playground', 'chat'),
  command('Upstreams', 'provider account'),
];
const CALL = command('call');
const OWN = 'req_01m8mtt8fqbdx2k12qfp8tjjaw';

const labels = (text: string, call: Command | null = CALL) =>
  found(ALL, text, call).map(({ label }) => label);

it('takes the name of a page for the page, however long it is', () => {
  expect(labels('playground')).toEqual(['Playground', 'Keys', 'call']);
  expect(labels('upstreams')).toEqual(['Upstreams', 'call']);
  expect(labels('provider acc', null)).toEqual(['Upstreams']);
});

it('takes an id for the call', () => {
  expect(labels(OWN)).toEqual(['call']);
  expect(idIn(OWN)).toEqual({ id: OWN, own: true });
  expect(idIn(' chatcmpl-123 ')).toEqual({ id: 'chatcmpl-123', own: false });
  expect(labels('chatcmpl-123')).toEqual(['call']);
  expect(idIn('two words here')).toBeNull();
});
