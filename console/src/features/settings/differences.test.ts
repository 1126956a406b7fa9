import { expect, it } from 'vitest';
import { differences } from './differences';

it('names the fields that differ, nested ones as a whole', () => {
  expect(
    differences({ name: 'a', limit: '5', scope: { team: 't' } }, { name: 'a', limit: '6', scope: {} }),
  ).toEqual([
    { field: 'limit', before: '5', after: '6' },
    { field: 'scope', before: 'team t', after: '–' },
  ]);
});

it('shows everything of what was made or deleted', () => {
  expect(differences(null, { name: 'a', note: null })).toEqual([
    { field: 'name', before: null, after: 'a' },
  ]);
});

it('lists of words are shown as words', () => {
  expect(differences(null, { families: ['chat', 'images'], models: [] })).toEqual([
    { field: 'families', before: null, after: 'chat, images' },
    { field: 'models', before: null, after: '' },
  ]);
});

it('things in a list stand one a line, each by what is in it', () => {
  const targets = [
    { model: 'm', weight: 100, upstream: 'a', note: null },
    { model: 'm', weight: 50, upstream: 'b', limits: { rpm: 3 } },
  ];
  expect(differences({ targets: [] }, { targets })).toEqual([
    {
      field: 'targets',
      before: '',
      after: 'model m, weight 100, upstream a\nmodel m, weight 50, upstream b, limits (rpm 3)',
    },
  ]);
});
