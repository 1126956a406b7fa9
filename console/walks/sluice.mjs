// The server beside its pages: what a walk prepares and compares goes by the API.
import assert from 'node:assert/strict';
import { setting } from './browser.mjs';

const WITHIN_MILLIS = 10_000;

/** A management credential of the default organization. */
export class Api {
  constructor(token, organization) {
    this.token = token;
    this.organization = organization;
  }

  in(organization) {
    return new Api(this.token, organization);
  }

  async call(method, path, body) {
    const answer = await fetch(`${setting.url}/admin/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(this.organization === undefined ? {} : { 'x-sluice-organization': this.organization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body = {}) {
    return this.call('POST', path, body);
  }

  /** Everything of a list. */
  async all(path) {
    const rows = [];
    let cursor = '';
    do {
      const page = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=500${cursor}`);
      rows.push(...page.data);
      cursor = page.has_more ? `&cursor=${encodeURIComponent(page.next_cursor)}` : '';
    } while (cursor !== '');
    return rows;
  }
}

/** A call to a model, whatever comes of it. */
export async function chat(key, model, content, headers = {}) {
  const answer = await fetch(`${setting.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    id: answer.headers.get('x-request-id'),
    body: text === '' ? {} : JSON.parse(text),
  };
}

/** Asks again until it is so. */
export async function eventually(what, ask, millis = WITHIN_MILLIS) {
  const end = Date.now() + millis;
  let last;
  do {
    last = await ask();
    if (last) {
      return last;
    }
    await new Promise((done) => setTimeout(done, 50));
  } while (Date.now() < end);
  assert.fail(`not within ${millis} ms: ${what}`);
}

/** Sums decimal strings exactly. */
export function sum(amounts) {
  const DIGITS = 12;
  const picos = amounts.reduce((total, amount) => {
    const [, sign, whole, part = ''] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(amount.trim()) ?? [];
    assert.notEqual(whole, undefined, `no amount: ${amount}`);
    const value = BigInt(whole + part.padEnd(DIGITS, '0'));
    return total + (sign === '-' ? -value : value);
  }, 0n);
  const digits = picos.toString().padStart(DIGITS + 1, '0');
  const text = `${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
  return text.replace(/\.?0+$/, '');
}
