import { expect, it } from 'vitest';
import type { Probe } from '../../../generated/schema';
import { availabilityOf } from './availability';

const probe = (model: string, family: string, check: string, probed_at: string) =>
  ({ model, upstream: 'main', family, check, probed_at }) as Probe;

it('puts the checks of a model and family into one line, with the newest time', () => {
  const lines = availabilityOf([
    probe('b', 'chat', 'text', '2026-01-02T00:00:00Z'),
    probe('a', 'chat', 'tools', '2026-01-01T00:00:00Z'),
    probe('a', 'chat', 'stream', '2026-01-03T00:00:00Z'),
    probe('a', 'images', 'image', '2026-01-01T00:00:00Z'),
  ]);
  expect(
    lines.map((line) => [line.model, line.family, line.checks.map((one) => one.check), line.probed_at]),
  ).toEqual([
    ['a', 'chat', ['stream', 'tools'], '2026-01-03T00:00:00Z'],
    ['a', 'images', ['image'], '2026-01-01T00:00:00Z'],
    ['b', 'chat', ['text'], '2026-01-02T00:00:00Z'],
  ]);
});
