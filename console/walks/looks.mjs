// Every page in both themes, on a phone and by the keyboard: nothing for axe to complain about,
// nothing that leaves the screen. The pictures are kept for whoever wants to look at them.
import assert from 'node:assert/strict';
import { complaints, Person, PHONE } from './browser.mjs';
import { paths } from './people.mjs';

/** Every page of the navigation in one theme. */
export async function everyPage(browser, { ana }, theme) {
  const looker = await Person.enter(browser, `looker-${theme}`, { colorScheme: theme });
  await looker.context.addCookies(await ana.context.cookies());
  await looker.context.addInitScript(() => sessionStorage.setItem('sluice.sandbox', 'demo'));
  await looker.open('/');
  const found = [];
  const all = await paths(looker);
  assert.ok(all.length >= 10, `the navigation has pages: ${all.join(' ')}`);
  for (const path of all) {
    await looker.open(path);
    await drawn(looker);
    const name = path === '/' ? 'overview' : path.slice(1).replaceAll('/', '-');
    await looker.shot(`${name}-${theme}`);
    found.push(...(await complaints(looker)).map((one) => `${path} (${theme}) ${one}`));
    found.push(...(await detail(looker, path, `${name}-detail-${theme}`, theme)));
  }
  await looker.context.close();
  assert.deepEqual(found, [], found.join('\n'));
}

/** The panel behind the first row of a page's first table, if there is one. */
async function detail(looker, path, name, theme) {
  const row = looker.page.locator('main table tbody tr').first();
  if ((await row.count()) === 0) {
    return [];
  }
  const opened = looker.page.locator('dialog[open]').first();
  // a row that opens nothing may as well lie under something
  const there = await row
    .click({ timeout: 2_000 })
    .then(() => opened.waitFor({ timeout: 1_000 }))
    .then(() => true, () => false);
  if (!there) {
    return [];
  }
  await drawn(looker);
  await looker.shot(name);
  const found = (await complaints(looker)).map((one) => `${path} (${theme}, detail) ${one}`);
  await looker.page.keyboard.press('Escape');
  return found;
}

/** Charts and numbers have come. */
async function drawn(person) {
  await person.settled();
  await person.page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}

/** The widest table there is: three names and a figure. */
const GROUPED = '/usage?group=team,model,key';

/** At the width of a phone nothing has to be pushed sideways. */
export async function onAPhone(browser, { ana }) {
  const phone = await Person.enter(browser, 'phone', { viewport: PHONE, hasTouch: true, isMobile: true });
  await phone.context.addCookies(await ana.context.cookies());
  await phone.context.addInitScript(() => sessionStorage.setItem('sluice.sandbox', 'demo'));
  await phone.open('/');
  await phone.click('Menu');
  const all = await paths(phone);
  const wide = [];
  for (const path of [...all, GROUPED]) {
    await phone.open(path);
    await drawn(phone);
    await phone.shot(`phone-${path === '/' ? 'overview' : path.slice(1).replaceAll(/\W+/g, '-')}`);
    const over = await phone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (over > 1) {
      wide.push(`${path}: ${over} px too wide`);
    }
    wide.push(...(await figuresInSight(phone, path)));
  }
  await phone.context.close();
  assert.deepEqual(wide, []);
}

/** What a table ends with stands on the screen: nobody looks for a price beyond its edge. */
async function figuresInSight(phone, path) {
  const cut = await phone.page.locator('main table').evaluateAll((tables) =>
    tables
      // a chart's figures are there for those who hear them
      .filter((table) => table.closest('.sr-only') === null)
      .filter((table) => table.scrollWidth > table.parentElement.clientWidth + 1)
      .map((table) => table.querySelector('caption')?.textContent ?? '?'),
  );
  return cut.map((name) => `${path}: the table “${name}” does not fit`);
}

/** Without a mouse: skip to the page, command palette, another page, a dialog and out of it. */
export async function byKeyboard({ ana }) {
  await ana.open('/');
  await ana.page.keyboard.press('Tab');
  await ana.page.keyboard.press('Enter');
  assert.equal(await ana.page.evaluate(() => document.activeElement?.id), 'page');
  await ana.page.keyboard.press('Control+k');
  await ana.page.keyboard.type('keys');
  await ana.page.keyboard.press('Enter');
  await ana.page.waitForURL(/\/keys/);
  await ana.settled();
  const button = ana.page.getByRole('button', { name: 'New key' }).first();
  for (let i = 0; i < 60 && !(await button.evaluate((one) => one === document.activeElement)); i++) {
    await ana.page.keyboard.press('Tab');
  }
  await ana.page.keyboard.press('Enter');
  await ana.page.getByRole('dialog').waitFor();
  const inside = await ana.page.evaluate(() => document.activeElement?.closest('dialog,[role=dialog]') !== null);
  assert.ok(inside, 'the dialog has the focus');
  await ana.page.keyboard.press('Escape');
  await ana.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(await button.evaluate((one) => one === document.activeElement), 'and gives it back');
  await dialogInAPanel(ana);
  await palette(ana);
}

/** Escape closes the dialog that asks, not the panel beneath it, and the keyboard goes on there. */
async function dialogInAPanel(ana) {
  const { page } = ana;
  await ana.open('/models');
  await page.locator('main table tbody tr[tabindex]').first().press('Enter');
  const edit = page.getByRole('button', { name: 'Edit', exact: true });
  await edit.press('Enter');
  const open = page.locator('dialog[open]');
  await open.nth(1).waitFor();
  await page.keyboard.press('Escape');
  await open.nth(1).waitFor({ state: 'detached' });
  assert.equal(await open.count(), 1, 'the panel stays');
  assert.ok(await edit.evaluate((one) => one === document.activeElement), 'its button has the focus');
  await page.keyboard.press('Escape');
  await open.waitFor({ state: 'detached' });
}

/** A page is found by its name however long it is, and a form from wherever one is. */
async function palette({ page }) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('upstreams');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/upstreams$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('new quota');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New quota' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/quotas$/);
}
