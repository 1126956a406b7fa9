import { expect, it } from 'vitest';
import { afterSignIn } from './EntryFrame';

it('goes only to pages of its own after signing in', () => {
  expect(afterSignIn('/requests?open=req_1')).toBe('/requests?open=req_1');
  for (const next of ['//evil.example', '/\\evil.example', 'javascript:alert(1)', undefined]) {
    expect(afterSignIn(next)).toBe('/');
  }
});
