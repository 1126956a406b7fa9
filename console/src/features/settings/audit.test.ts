import { expect, it } from 'vitest';
import { auditQuery, beginOf } from './audit';

it('asks for whole days of the organization, the last one included', () => {
  expect(auditQuery({ from: '2026-11-01', to: '2026-11-30', action: 'revoke' })).toEqual({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-12-01T00:00:00.000Z',
    action: 'revoke',
  });
  expect(auditQuery({ from: '2026-11-01' }, 'Europe/Berlin')).toEqual({
    from: '2026-10-31T23:00:00.000Z',
  });
  expect(auditQuery({ from: 'yesterday' })).toEqual({});
});

it('knows when days begin where clocks are changed', () => {
  // the day after summer time ended, and the day on which it ends
  expect(beginOf('2026-10-26', 'Europe/Berlin')).toBe('2026-10-25T23:00:00.000Z');
  expect(beginOf('2026-10-25', 'Europe/Berlin')).toBe('2026-10-24T22:00:00.000Z');
  expect(beginOf('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00.000Z');
  expect(beginOf('2026-11-01', 'America/Los_Angeles')).toBe('2026-11-01T07:00:00.000Z');
});
