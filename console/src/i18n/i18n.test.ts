import { expect, it } from 'vitest';
import { fill } from './index';

it('fills in values and picks the form of a number', () => {
  const text = '{n} {n|call|calls} of {name}';
  expect(fill(text, { n: 1, name: 'Ana' }, 'en')).toBe('1 call of Ana');
  expect(fill(text, { n: 0, name: '{n}' }, 'en')).toBe('0 calls of {n}');
  expect(fill('{n|Aufruf|Aufrufe}', { n: 2 }, 'de')).toBe('Aufrufe');
  expect(fill('{missing}', {}, 'en')).toBe('{missing}');
});
