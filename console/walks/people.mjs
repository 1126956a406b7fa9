// Who sees what, and what one does is seen by the other.
import assert from 'node:assert/strict';
import { Person } from './browser.mjs';
import { chat, eventually } from './sluice.mjs';

const PASSWORD = 'the tide goes out again';
const SEEN_MILLIS = 2_000;
/** What nobody but these may find in the navigation. */
const PAGES = {
  platform: { has: ['Keys', 'Upstreams', 'Requests'], lacks: [] },
  developer: { has: ['Keys', 'Playground', 'Requests'], lacks: ['Billing', 'Audit log'] },
  finance: { has: ['Billing', 'Usage'], lacks: ['Audit log', 'Playground', 'Get started'] },
  auditor: { has: ['Billing', 'Usage', 'Audit log'], lacks: ['Playground', 'Get started'] },
};

/** Each role finds its own pages and no others. */
export async function eachRoleItsPages(browser, { api }) {
  // a rule that names a key of somebody else
  const { data: keys } = await api.get('keys?limit=1');
  const quota = await api.post('quotas', {
    name: 'of-one-key', unit: 'usd', limit: '100', window: { calendar: 'day' }, scope: { key: keys[0].id },
  });
  for (const [role, { has, lacks }] of Object.entries(PAGES)) {
    const invited = await api.post('invitations', { email: `${role}@example.com`, roles: [role] });
    const person = await Person.enter(browser, role);
    await person.page.goto(`/invitation#token=${invited.token}`);
    await person.fill(/password/i, PASSWORD);
    await person.click('Set the password and sign in');
    await person.page.getByRole('navigation').first().waitFor();
    await person.settled();
    const links = await person.page.getByRole('navigation').first().getByRole('link').allTextContents();
    const seen = links.map((link) => link.trim());
    for (const name of has) {
      assert.ok(seen.includes(name), `${role} finds ${name} among ${seen.join(', ')}`);
    }
    for (const name of lacks) {
      assert.ok(!seen.includes(name), `${role} does not find ${name}`);
    }
    await isNeverRefused(person, role);
    await person.context.close();
  }
  await api.call('DELETE', `quotas/${quota.id}`);
}

/** Whatever the pages offer a role, with their tabs and first rows: the API allows it. */
async function isNeverRefused(person, role) {
  const refused = [];
  person.page.on('response', (answer) => {
    // nor does a page ask for what it could know not to be there
    if (answer.status() >= 400) {
      const { pathname } = new URL(answer.url());
      const what = `${answer.status()} ${answer.request().method()} ${pathname}`;
      refused.push(`${role} on ${person.page.url()}: ${what}`);
    }
  });
  for (const path of await paths(person)) {
    await person.open(path);
    const tabs = person.page.getByRole('main').getByRole('tab');
    for (let at = 0; at < Math.max(1, await tabs.count()); at++) {
      if ((await tabs.count()) > 0) {
        await tabs.nth(at).click();
        await person.settled();
      }
      await firstRow(person);
    }
    const alerts = await person.page.getByRole('main').getByRole('alert').allTextContents();
    assert.deepEqual(alerts, [], `${role} is shown ${path} and complained to`);
  }
  assert.deepEqual(refused, []);
}

/** Opens what is behind the first row, if anything is. */
async function firstRow(person) {
  const row = person.page.locator('main table tbody tr[tabindex]').first();
  if ((await row.count()) > 0) {
    await row.press('Enter');
    // some rows lead to another list instead
    const opened = person.page.locator('dialog[open]').first();
    if (await opened.waitFor({ timeout: 2_000 }).then(() => true, () => false)) {
      await person.settled();
      await person.page.keyboard.press('Escape');
    }
  }
}

/** Where the navigation leads. */
export async function paths(person) {
  return person.page
    .getByRole('navigation')
    .first()
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}

/** Two browsers: what changes in one shows in the other within two seconds. */
export async function changesShowElsewhere(browser, { ana, api, key }) {
  const other = await Person.enter(browser, 'bo');
  await other.context.addCookies(await ana.context.cookies());
  await other.open('/keys');
  const made = await api.post('keys', {
    label: 'seen-elsewhere', team: (await api.get('teams')).data[0].id, owner: 'user:bo', environment: 'development',
  });
  await other.page.getByText('seen-elsewhere').first().waitFor({ timeout: SEEN_MILLIS });
  await api.post(`keys/${made.id}/revoke`);
  await other.open('/billing');
  const { balance } = await api.get('balance');
  await api.post('topups', { amount: '100', reference: 'seen-elsewhere' });
  const dollars = Math.trunc(Number(balance) + 100);
  await other.page.getByText(new RegExp(`\\$${dollars}\\.`)).first().waitFor({ timeout: SEEN_MILLIS });
  await other.open('/requests');
  const call = await chat(key, 'sim-chat', 'seen elsewhere', { 'x-sluice-customer': 'seen-by-bo' });
  assert.equal(call.status, 200);
  const begun = Date.now();
  await eventually('the call is in the list of the other', () =>
    other.page.locator(`[href*="${call.id}"], [data-id="${call.id}"]`).or(other.page.getByText('seen-by-bo')).count(), SEEN_MILLIS)
    .catch(async () => {
      // rows name no id: the newest is the one that was made just now
      const row = await other.page.getByRole('row').nth(1).textContent();
      assert.match(row ?? '', /sim-chat/, `after ${Date.now() - begun} ms`);
    });
  await other.context.close();
}
