// A fresh installation: from the set-up token to a call with its cost, trace and ledger lines, in
// under two minutes and without reading anything.
import assert from 'node:assert/strict';
import { Person, setting } from './browser.mjs';
import { Api } from './sluice.mjs';

export const OWNER = { email: 'ana@example.com', password: 'a long walk at dusk' };
const LIMIT_MILLIS = 120_000;

/** @returns the owner, signed in, and a management credential for what walks prepare */
export async function firstRun(browser) {
  const ana = await Person.enter(browser, 'ana');
  const begun = Date.now();
  await ana.page.goto(`/setup#token=${setting.setupToken}`);
  await ana.fill(/e-mail/i, OWNER.email);
  await ana.fill(/password/i, OWNER.password);
  await ana.click('Make the account and sign in');
  await ana.page.waitForURL(/get-started/);
  await ana.settled();
  await ana.click('Use the simulated models');
  await ana.sees(/Callable now/);
  await ana.click('Top up');
  await ana.sees(/available/);
  await ana.click('Make the key');
  await ana.sees('This is the only time the key is shown. Keep it in a secret store.');
  const key = await ana.page.getByText(/sk-sluice-[A-Za-z0-9]{20,}/).first().textContent();
  await ana.click('Send the call');
  await ana.sees(/It cost \$0\.\d+/);
  await ana.sees(/wallet → revenue/);
  const seconds = (Date.now() - begun) / 1000;
  assert.ok(Date.now() - begun < LIMIT_MILLIS, `it took ${seconds} s`);
  await ana.shot('first-run');
  await ana.click('See its trace and cost lines', 'link');
  await ana.page.waitForURL(/requests/);
  await ana.sees('What happened');
  await ana.sees('How the cost came about');
  const [secret] = /sk-sluice-[A-Za-z0-9]+/.exec(key ?? '') ?? [];
  assert.ok(secret, 'the key was shown');
  return { ana, key: secret, api: await credential(ana) };
}

/** A management credential like the owner's: what a walk compares with goes by the API. */
export async function credential(ana) {
  const made = await ana.page.evaluate(async () => {
    const me = await (await fetch('/admin/v1/me')).json();
    const answer = await fetch('/admin/v1/admin-tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sluice-csrf': me.csrf_token },
      body: JSON.stringify({ user: 'walker', roles: ['owner'] }),
    });
    return answer.json();
  });
  assert.ok(made.admin_token, JSON.stringify(made));
  return new Api(made.admin_token);
}
