// What goes wrong on the way: the back button, a form that is refused, a server that is away.
import assert from 'node:assert/strict';

const OPEN = 'dialog[open]';

/** Going back closes what was opened over a list, and closing it leaves nothing to go back to. */
export async function backToTheList({ ana }) {
  const { page } = ana;
  await ana.open('/');
  await ana.open('/requests?status=200');
  const rows = page.locator('main table tbody tr');
  await rows.first().click();
  await page.locator(OPEN).waitFor();
  assert.match(page.url(), /open=req_/, 'what is open is in the address');
  await page.goBack();
  await page.locator(OPEN).waitFor({ state: 'detached' });
  assert.match(page.url(), /\/requests\?status=200$/);
  await rows.first().click();
  await page.locator(OPEN).waitFor();
  await page.keyboard.press('Escape');
  await page.locator(OPEN).waitFor({ state: 'detached' });
  assert.match(page.url(), /\/requests\?status=200$/);
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/');
}

/** A refusal that names a field stands at that field, once, and the keyboard is there. */
export async function aFieldThatIsWrong({ ana }) {
  const { page } = ana;
  await ana.open('/billing');
  await ana.click('Top up');
  await ana.fill(/Amount/, '-5');
  await ana.fill('Reference', 'below-nothing');
  await page.getByRole('dialog').getByRole('button', { name: 'Top up' }).click();
  const alerts = page.getByRole('dialog').getByRole('alert');
  await alerts.first().waitFor();
  assert.deepEqual(await alerts.allTextContents(), ["'amount' must not be negative."]);
  const invalid = await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'));
  assert.equal(invalid, 'true', 'the field has the focus');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** The code of a page does not come: the console stays, and goes on when the server is back. */
export async function aServerThatIsAway({ ana }) {
  const { page } = ana;
  await ana.open('/billing');
  const away = (route) => route.abort('connectionrefused');
  await page.route(/\/assets\/|sluice\.svg/, away);
  await page.getByRole('navigation').first().getByRole('link', { name: 'Teams and callers' }).click();
  await ana.sees('This page could not be loaded');
  assert.equal(await page.getByRole('navigation').first().isVisible(), true);
  await page.unroute(/\/assets\/|sluice\.svg/, away);
  await page.getByRole('heading', { level: 1, name: 'Teams and callers' }).waitFor();
  // this one failure was meant
  ana.errors = ana.errors.filter((one) => !/PageMissing|not loaded/.test(one));
}
