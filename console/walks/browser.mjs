// A real browser and the people who use it. Whatever a page must never do is watched on every
// page: what the security policy refuses, errors of scripts, and texts of others that ran.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WAIT_MILLIS = 15_000;
const WIDE = { width: 1360, height: 860 };
export const PHONE = { width: 360, height: 740 };

/** What every walk starts from, as the test that runs them says. */
export const setting = {
  url: variable('SLUICE_URL'),
  setupToken: variable('SLUICE_SETUP_TOKEN'),
  chromium: variable('SLUICE_CHROMIUM'),
  shots: variable('SLUICE_SHOTS'),
};

/** With what the program texts of the pages are run: the clients' own suites have installed it. */
export const clients = {
  get python() {
    return variable('SLUICE_PYTHON');
  },
  get nodeModules() {
    return variable('SLUICE_NODE_MODULES');
  },
};

function variable(name) {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: ConsoleWalksTest runs these`);
  }
  return value;
}

export async function launch() {
  mkdirSync(setting.shots, { recursive: true });
  return chromium.launch({
    executablePath: setting.chromium,
    // in a container there is no kernel sandbox to be had; only our own pages are opened
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}

/** Somebody with a browser of their own. */
export class Person {
  /** All of them, for what must hold at the end. */
  static everybody = [];

  constructor(name, context, page) {
    this.name = name;
    this.context = context;
    this.page = page;
    this.refusedByPolicy = [];
    this.errors = [];
    this.ran = [];
    Person.everybody.push(this);
  }

  static async enter(browser, name, options = {}) {
    const context = await browser.newContext({
      viewport: WIDE,
      locale: 'en-GB',
      timezoneId: 'UTC',
      baseURL: setting.url,
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    });
    context.setDefaultTimeout(WAIT_MILLIS);
    context.setDefaultNavigationTimeout(4 * WAIT_MILLIS);
    const person = new Person(name, context, await context.newPage());
    // texts of others call this if a page ever runs them
    await context.exposeFunction('sluiceRan', (what) => person.ran.push(String(what)));
    await context.exposeFunction('sluicePolicy', (what) => person.refusedByPolicy.push(what));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.sluicePolicy(
          `${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`,
        );
      });
    });
    person.watch(person.page);
    return person;
  }

  watch(page) {
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) {
        this.refusedByPolicy.push(message.text());
      } else if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        this.errors.push(`${page.url()}: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => this.errors.push(`${page.url()}: ${error.stack ?? error}`));
    page.on('dialog', (dialog) => {
      this.ran.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Opens a page and waits until it shows what it is about. */
  async open(path) {
    await this.page.goto(path);
    await this.settled();
  }

  /** No part of the page says that it is still waiting. */
  async settled() {
    await this.page.locator('h1').first().waitFor();
    await this.page.waitForFunction(
      () => document.querySelectorAll('[role=status] .sr-only, [aria-busy=true]').length === 0,
    );
  }

  async click(name, role = 'button') {
    const exact = typeof name === 'string';
    await this.page.getByRole(role, { name, exact }).last().click();
  }

  async fill(label, value) {
    const exact = typeof label === 'string';
    await this.page.getByRole('textbox', { name: label, exact }).or(this.page.getByLabel(label, { exact })).last().fill(value);
  }

  async choose(label, option) {
    await this.page.getByRole('combobox', { name: label }).last().selectOption(option);
  }

  /** One of the places where a page has this text: a phone has some of them elsewhere. */
  async sees(text) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** A picture; of what a window shows while a dialog is open, else of the whole page. */
  async shot(name) {
    const fullPage = (await this.page.locator('dialog[open]').count()) === 0;
    // colours that change with the theme have changed
    await this.page.screenshot({ path: `${setting.shots}/${name}.png`, fullPage, animations: 'disabled' });
  }
}

/** Complaints of axe about the page as it is. */
export async function complaints(person) {
  // evaluated by the debugger, which the page's policy does not bind
  const session = await person.context.newCDPSession(person.page);
  const run = async (expression) => {
    const answer = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(answer.exceptionDetails, undefined, JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  };
  await run(`${AXE}; undefined`);
  const violations = await run(`axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }).then((result) => result.violations.map((one) => ({
      rule: one.id,
      help: one.help,
      at: one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' ' + node.html.slice(0, 160)
        + ' ' + (node.failureSummary ?? '').replace(/\\s+/g, ' ').slice(0, 200)),
    })))`);
  await session.detach();
  return violations.map((one) => `${one.rule}: ${one.help}\n    ${one.at.join('\n    ')}`);
}
