// One browser, one installation, one walk after the other: what a walk leaves behind is there for
// the next, as in life. `ConsoleWalksTest` starts them on a fresh server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as astray from './astray.mjs';
import { textsOfOthers } from './attacks.mjs';
import { launch, Person } from './browser.mjs';
import * as control from './control.mjs';
import { firstRun } from './first-run.mjs';
import { byKeyboard, everyPage, onAPhone } from './looks.mjs';
import { changesShowElsewhere, eachRoleItsPages } from './people.mjs';
import { everyModality } from './playground.mjs';
import * as work from './work.mjs';

let browser;
const shared = {};

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
});

/** A walk; where it fails, what everybody saw is kept. */
function walk(name, steps) {
  test(name, async () => {
    try {
      await steps();
    } catch (error) {
      for (const person of Person.everybody) {
        await person.shot(`failed-${person.name}`).catch(() => undefined);
      }
      throw error;
    }
  });
}

walk('first run: from the set-up token to a booked call', async () => {
  Object.assign(shared, await firstRun(browser));
});
walk('a key is made, used, rotated and revoked', () => work.lifeOfAKey(shared));
walk('every modality is tried in the playground', () => everyModality(browser, shared));
walk('dear calls are found', () => control.dearCalls(shared));
walk('a quota is hit, seen, and says who can raise it', () => work.aQuotaThatIsHit(shared));
walk('money is paid in and seen', () => work.topUp(shared));
walk('prices are compared across modalities', () => work.comparePrices(shared));
walk('a provider is added and tested', () => work.addAnUpstream(shared));
walk('a call that failed over says why', () => work.whyACallFailedOver(shared));
walk('what is exported is what the ledger says', () => work.exportEqualsLedger(shared));
walk('whom calls were made for is listed', () => work.customers(shared));
walk('from the demonstration back home', () => work.backHome(shared));
walk('who changed what is found', () => control.whoChangedWhat(shared));
walk('a session elsewhere is ended', () => control.endsASession(browser, shared));
walk('each role sees its pages only', () => eachRoleItsPages(browser, shared));
walk('a change shows in another browser within two seconds', () =>
  changesShowElsewhere(browser, shared));
walk('every page is good in the light', () => everyPage(browser, shared, 'light'));
walk('every page is good in the dark', () => everyPage(browser, shared, 'dark'));
walk('every page fits a phone', () => onAPhone(browser, shared));
walk('the keyboard is enough', () => byKeyboard(shared));
walk('back leads to the list', () => astray.backToTheList(shared));
walk('a field that is wrong says so once', () => astray.aFieldThatIsWrong(shared));
walk('a server that is away takes no page along', () => astray.aServerThatIsAway(shared));
walk('120 texts of others are shown and never run', () => textsOfOthers(browser, shared));

test('on none of the pages the policy refused anything', () => {
  assert.deepEqual(Person.everybody.flatMap((one) => one.refusedByPolicy), []);
});

test('no script failed', () => {
  assert.deepEqual(Person.everybody.flatMap((one) => one.errors), []);
});
