// What people come for: keys, quotas, money, calls and their reasons, prices, providers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chat, eventually, sum } from './sluice.mjs';

/** Makes, uses, rotates and revokes a key. */
export async function lifeOfAKey({ ana }) {
  await ana.open('/keys');
  await ana.click('New key');
  await ana.fill(/^Label/, 'walked');
  await ana.page.getByRole('dialog').getByRole('combobox', { name: /^Team/ }).selectOption({ index: 1 });
  await ana.page.getByRole('dialog').getByRole('button', { name: 'New key' }).click();
  const first = await secretOf(ana);
  assert.equal((await chat(first, 'sim-chat', 'one')).status, 200);
  await ana.page.keyboard.press('Escape');
  await openKey(ana, 'walked');
  await ana.click('Rotate');
  await ana.click('Make a new credential');
  const second = await secretOf(ana);
  assert.notEqual(second, first);
  await eventually('both work while they overlap', async () =>
    (await chat(second, 'sim-chat', 'two')).status === 200 &&
    (await chat(first, 'sim-chat', 'three')).status === 200);
  await ana.page.keyboard.press('Escape');
  await openKey(ana, 'walked');
  await ana.click('Revoke');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).last().click();
  await eventually('neither works any more', async () =>
    (await chat(second, 'sim-chat', 'four')).status === 401 &&
    (await chat(first, 'sim-chat', 'five')).status === 401);
}

async function secretOf(person) {
  const shown = person.page.getByText(/sk-sluice-[A-Za-z0-9]{20,}/).last();
  await shown.waitFor();
  return /sk-sluice-[A-Za-z0-9]+/.exec(await shown.textContent())[0];
}

async function openKey(person, label) {
  await person.open('/keys');
  await person.page.getByRole('row', { name: new RegExp(label) }).first().click();
  await person.page.getByRole('button', { name: 'Rotate' }).waitFor();
}

/** Runs into a quota, sees it, and sees who can raise it. */
export async function aQuotaThatIsHit({ ana, key }) {
  await ana.open('/quotas');
  await ana.click('New quota');
  const form = ana.page.getByRole('dialog');
  await form.getByLabel(/^Name/).fill('walk-day');
  await form.getByLabel(/^Limit/).fill('2');
  await form.getByRole('combobox', { name: /^Unit/ }).selectOption('requests');
  await form.getByRole('combobox', { name: /^Environment/ }).selectOption('development');
  await form.getByText('What a refused caller is told').click();
  await form.getByLabel(/Who can raise it/).fill('finance@example.com');
  await form.getByRole('button', { name: 'New quota' }).click();
  await ana.sees('walk-day');
  const refused = await eventually('the third call is refused', async () => {
    const answer = await chat(key, 'sim-chat', 'again');
    return answer.status === 429 ? answer : undefined;
  });
  assert.match(JSON.stringify(refused.body), /finance@example\.com/);
  await ana.sees('used up');
  await ana.page.getByRole('row', { name: /walk-day/ }).first().click();
  await ana.sees('finance@example.com');
  await ana.open('/requests');
  await ana.sees('quota_exceeded');
  await ana.open('/quotas');
  await ana.page.getByRole('row', { name: /walk-day/ }).first().click();
  await ana.click('Delete');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).last().click();
  await ana.page.getByText('walk-day').first().waitFor({ state: 'detached' }).catch(() => undefined);
}

/** Finds a call that failed over, and reads why, in the demonstration. */
export async function whyACallFailedOver({ ana, api }) {
  await ana.open('/');
  await ana.click('Look at demo');
  await ana.sees(/You look at demo/);
  const calls = await api.in('demo').all('requests?status=200&model=sim-chat');
  const found = calls.find((call) => call.attempts.length === 2 && call.attempts[0].status === 503);
  assert.ok(found, 'the demonstration has a call that failed over');
  await ana.open(`/requests?open=${found.request_id}`);
  await ana.sees('What happened');
  await ana.sees('Attempt 2');
  await ana.sees(/upstream_error/);
  await ana.sees('simulator-standby');
  await ana.shot('failed-over');
}

/** What the page saves is the ledger, to the last digit. */
export async function exportEqualsLedger({ ana, api }) {
  await ana.open('/usage?range=90d&group=key');
  const [download] = await Promise.all([
    ana.page.waitForEvent('download'),
    ana.page.getByRole('link', { name: /CSV/ }).first().click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const column = head.split(',').indexOf('usd');
  assert.ok(column >= 0 && lines.length > 1, head);
  const ofPage = sum(lines.map((line) => line.split(',')[column]));
  const charges = await api.in('demo').all('ledger/entries?kind=charge');
  assert.equal(ofPage, sum(charges.map((entry) => entry.amount)));
}

/** Back from the demonstration. */
export async function backHome({ ana }) {
  await ana.click('Back to default');
  await ana.page.getByText(/You look at demo/).waitFor({ state: 'detached' });
}

/** Whom calls were made for, in the demonstration, and a list with nothing in it. */
export async function customers({ ana }) {
  await ana.open('/teams?tab=customers');
  const row = ana.page.getByRole('row', { name: /acme/ }).first();
  await row.getByRole('link', { name: /^\$/ }).click();
  await ana.page.waitForURL(/\/usage\?.*customer=acme/);
  await ana.open('/settings?tab=tokens');
  await ana.sees('No admin tokens');
  assert.equal(await ana.page.getByRole('button', { name: 'New token' }).count(), 1, 'said once');
}

/** Tops up and watches the balance. */
export async function topUp({ ana, api }) {
  const before = await api.get('balance');
  await ana.open('/billing');
  await ana.click('Top up');
  await ana.fill(/Amount/, '12.50');
  await ana.fill(/Reference/, 'walk-payment');
  await ana.page.getByRole('dialog').getByRole('button', { name: 'Top up' }).click();
  const after = await eventually('the balance grew', async () => {
    const now = await api.get('balance');
    return now.balance === before.balance ? undefined : now;
  });
  assert.equal(after.balance, sum([before.balance, '12.50']));
  await ana.sees(new RegExp(`\\$${Math.trunc(Number(after.balance))}\\.`));
  await ana.sees('walk-payment').catch(() => ana.click('Top-ups', 'tab'));
  await ana.sees('walk-payment');
}

/** Compares prices across modalities. */
export async function comparePrices({ ana }) {
  await ana.open('/prices');
  const search = ana.page.getByRole('searchbox').or(ana.page.getByPlaceholder(/Search/)).first();
  for (const name of ['sim-chat', 'sim-reasoner', 'sim-picture']) {
    await search.fill(name);
    const row = ana.page.getByRole('row').filter({ hasText: new RegExp(`${name}(?!-)`) }).first();
    await row.getByRole('button', { name: 'Compare' }).click();
  }
  await ana.fill('Images', '1');
  await ana.fill('Image quality', 'hd');
  const compared = (name) =>
    ana.page.locator('table').first().getByRole('row').filter({ hasText: new RegExp(`^${name}`) });
  const shown = (name, amount) =>
    compared(name).getByText(amount).filter({ visible: true }).first().waitFor();
  await shown('sim-picture', '$0.08');
  await shown('sim-chat', /\$0\.0/);
  await shown('sim-reasoner', /\$0\.0/);
  await ana.shot('compare-prices');
  await pricesInWords(ana);
}

/** What a call of another kind costs is a table, and where the price comes from is said. */
async function pricesInWords(ana) {
  await ana.open('/prices?search=gemini-2.5-pro');
  const row = ana.page.locator('main table tbody tr[tabindex]').first();
  await row.focus();
  await ana.page.keyboard.press('Enter');
  const panel = ana.page.locator('dialog[open]');
  const long = panel.getByRole('row', { name: /^more than 200,000 input tokens/ });
  assert.match(await long.first().textContent(), /\$2\.50/);
  await panel.getByRole('row', { name: /came with this build/ }).waitFor();
  assert.doesNotMatch(await panel.textContent(), /[{}]/, 'no one is shown how it is written');
  await ana.shot('price-in-words');
  await ana.page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.ok(await row.evaluate((one) => one === document.activeElement), 'the row has the focus again');
}

/** Adds the simulator as an OpenAI-compatible provider, and tests it. */
export async function addAnUpstream({ ana, api }) {
  // what is shared hides its address; the demonstration's own upstream is the same simulator
  const upstreams = await api.in('demo').all('upstreams');
  const address = upstreams.map((one) => one.base_url).find((url) => url !== undefined);
  await ana.open('/upstreams');
  await ana.click('Add a provider');
  const dialog = ana.page.getByRole('dialog').last();
  await dialog.getByPlaceholder('Search providers').fill('compatible');
  await dialog.getByRole('button', { name: /compatible/i }).first().click();
  await dialog.getByLabel(/^Name/).fill('walked-upstream');
  await dialog.getByLabel(/Base URL/).fill(address);
  await dialog.getByRole('button', { name: 'Make the upstream' }).click();
  await dialog.getByLabel('Another name').fill('sim-chat');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByRole('button', { name: 'Add 1 model' }).click();
  await ana.click('Test it now');
  await ana.page.getByRole('button', { name: 'Test', exact: true }).last().click();
  await ana.sees(/“sim-chat” answered in/);
  await ana.shot('upstream-tested');
  await ana.page.keyboard.press('Escape');
}
