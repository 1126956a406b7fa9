// Who changed what, who is signed in where, and finding calls by what they cost.
import assert from 'node:assert/strict';
import { Person } from './browser.mjs';
import { OWNER } from './first-run.mjs';
import { eventually } from './sluice.mjs';

const rows = (person) => person.page.locator('main table tbody tr');

/** The audit log by its filters, which are in the address. */
export async function whoChangedWhat({ ana }) {
  await ana.open('/audit');
  const all = await rows(ana).count();
  await ana.choose('What', 'revoke');
  await ana.page.waitForURL(/action=revoke/);
  const revoked = await eventually('what was revoked alone is listed', async () => {
    const texts = await rows(ana).allTextContents();
    return texts.length > 0 && texts.every((text) => text.includes('revoke')) ? texts : undefined;
  });
  assert.ok(revoked.length < all, `${revoked.length} of ${all}`);
  await ana.choose('Kind', 'key');
  const walked = ana.page.getByRole('row', { name: /walked/ }).first();
  await walked.waitFor();
  await walked.click();
  await ana.click('All changes of it', 'link');
  await ana.page.waitForURL(/subject=key_/);
  await eventually('its whole life is listed', async () => {
    const texts = await rows(ana).allTextContents();
    return ['create', 'rotate', 'revoke'].every((action) =>
      texts.some((text) => text.includes(action)));
  });
  await ana.shot('audit-of-a-key');
  await ana.fill('By whom', 'nobody-here');
  await ana.sees('No change matches');
  await ana.click('Clear filters');
  await eventually('everything is listed again', async () => (await rows(ana).count()) >= all);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await ana.fill('From', tomorrow);
  await ana.sees('No change matches');
}

/** Somebody who is signed in elsewhere too ends that session. */
export async function endsASession(browser, { ana }) {
  const elsewhere = await Person.enter(browser, 'elsewhere');
  await elsewhere.page.goto('/sign-in');
  await elsewhere.fill(/e-mail/i, OWNER.email);
  await elsewhere.fill('Password', OWNER.password);
  await elsewhere.click('Sign in');
  await elsewhere.page.getByRole('navigation').first().waitFor();
  await ana.open('/settings?tab=mine');
  await ana.sees('this one');
  await ana.click('End');
  await eventually('the other one is gone', async () =>
    (await ana.page.getByRole('button', { name: 'End', exact: true }).count()) === 0);
  await elsewhere.page.reload();
  await elsewhere.page.waitForURL(/sign-in/);
  await elsewhere.context.close();
}

/** A filter that stands in no column is still said, and taken away. */
export async function dearCalls({ ana }) {
  await ana.open('/requests');
  await ana.click('More filters');
  await ana.fill('Costs at least ($)', '0.1');
  await ana.page.keyboard.press('Enter');
  await ana.page.waitForURL(/min_cost=0\.1/);
  await ana.page.getByRole('button', { name: /^Remove the filter/ }).waitFor();
  await eventually('dear calls alone are listed', async () => {
    const texts = await rows(ana).allTextContents();
    return texts.length > 0 && texts.every((text) => /\$0\.[1-9]/.test(text));
  });
  await ana.page.getByRole('button', { name: /^Remove the filter/ }).click();
  await ana.page.waitForURL((url) => !url.search.includes('min_cost'));
}
