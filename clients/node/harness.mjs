// What every test file shares: settings from the environment, clients that remember what they were
// answered, the simulator's journal and the charge oracle.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test as run } from "node:test";
import OpenAI from "openai";
import { cost } from "./money.mjs";

const environment = (name) => process.env[name] || undefined;

export const settings = {
  baseUrl: environment("SLUICE_BASE_URL")?.replace(/\/+$/, ""),
  key: environment("SLUICE_KEY"),
  simUrl: environment("SLUICE_SIM_URL")?.replace(/\/+$/, ""),
  simControlKey: environment("SLUICE_SIM_CONTROL_KEY"),
  adminUrl: environment("SLUICE_URL")?.replace(/\/+$/, ""),
  adminKey: environment("SLUICE_ADMIN_KEY"),
  organization: environment("SLUICE_ORGANIZATION"),
  prices: JSON.parse(environment("SLUICE_PRICES") ?? "{}"),
  chargesRequired: environment("SLUICE_CHARGES") === "required",
};
settings.isSluice = Boolean(settings.adminUrl && settings.adminKey);
if (!settings.baseUrl || !settings.key) {
  throw new Error("set SLUICE_BASE_URL (it ends in /v1) and SLUICE_KEY");
}
if (settings.chargesRequired && !(settings.isSluice && settings.simUrl)) {
  throw new Error("SLUICE_CHARGES=required needs SLUICE_URL, SLUICE_ADMIN_KEY and SLUICE_SIM_URL");
}

const pause = (millis) => new Promise((done) => setTimeout(done, millis));

/** Tries until the value passes; fails with the last one. */
export async function awaitThat(what, seconds, read, passes) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (passes(value)) return value;
    if (performance.now() > deadline) {
      assert.fail(`${what}: not within ${seconds} s: ${JSON.stringify(value)}`);
    }
    await pause(50);
  }
}

async function send(method, url, headers, body) {
  const answer = await fetch(url, {
    method,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, text };
}

class Journal {
  #headers = settings.simControlKey ? { authorization: `Bearer ${settings.simControlKey}` } : {};

  async #get(path) {
    const { status, text } = await send("GET", `${settings.simUrl}/sim${path}`, this.#headers);
    assert.equal(status, 200, text);
    return text;
  }

  async position() {
    return JSON.parse(await this.#get("/stats")).calls;
  }

  async calls(since, mark) {
    const lines = (await this.#get(`/journal?since=${since}`)).split("\n").filter(Boolean);
    const calls = lines.map((line) => JSON.parse(line));
    assert.ok(
      calls.length === 0 || calls.some((call) => call.request_body !== undefined),
      "the simulator keeps no request bodies; start it so that it does",
    );
    return calls.filter((call) => call.request_body?.includes(mark));
  }

  async script(script) {
    const url = `${settings.simUrl}/sim/script`;
    const { status, text } = await send("POST", url, this.#headers, script);
    assert.equal(status, 200, text);
  }

  async clearScripts() {
    await send("DELETE", `${settings.simUrl}/sim/script`, this.#headers);
  }
}

class Management {
  #headers = {
    authorization: `Bearer ${settings.adminKey}`,
    ...(settings.organization && { "x-sluice-organization": settings.organization }),
  };

  async call(method, path, body) {
    const url = `${settings.adminUrl}/admin/v1/${path}`;
    const { status, text } = await send(method, url, this.#headers, body);
    return { status, text, json: () => JSON.parse(text) };
  }

  async get(path) {
    const answer = await this.call("GET", path);
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json();
  }

  async post(path, body) {
    const answer = await this.call("POST", path, body);
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    return answer.json();
  }

  async price(model) {
    settings.prices[model] ??= (await this.get(`models/${encodeURIComponent(model)}`)).price;
    return settings.prices[model];
  }

  async settled(requestId) {
    const row = await awaitThat(
      `${requestId} settled`,
      10,
      async () => {
        const answer = await this.call("GET", `requests/${requestId}`);
        assert.ok(answer.status === 200 || answer.status === 404, answer.text);
        return answer.status === 200 ? answer.json() : undefined;
      },
      (found) => found && found.state !== "held",
    );
    return row;
  }

  async settledOfAction(actionId) {
    return awaitThat(
      `${actionId} settled`,
      10,
      async () => (await this.get(`requests?action_id=${actionId}`)).data,
      (rows) => rows.length > 0 && rows.every((row) => row.state !== "held"),
    );
  }

  async team() {
    const teams = (await this.get("teams")).data;
    return teams.length ? teams[0].name : (await this.post("teams", { name: "clients" })).name;
  }

  /** A key that may do these actions and no others; returns the credential. */
  async grant(label, actions) {
    const team = await this.team();
    const key = { label, team, environment: "development", owner: "service:tests", actions };
    return (await this.post("keys", key)).key;
  }

  /** Adds a model of the simulator's to the catalogue, beside `sim-chat` and at its price. */
  async ensureModel(name) {
    if ((await this.call("GET", `models/${name}`)).status === 200) return;
    const beside = await this.get("models/sim-chat");
    const targets = [{ upstream: beside.targets[0].upstream, model: name }];
    await this.post("models", { name, targets, price: beside.price });
  }
}

export const journal = new Journal();
export const management = settings.isSluice ? new Management() : undefined;

/**
 * One test's side of the wire: its mark, its clients and every answer they got. The SDK is its own,
 * with its own defaults; the `fetch` it lets one pass is the platform's, and writes down answers.
 */
class Conversation {
  mark = randomUUID().replaceAll("-", "").slice(0, 16);
  answers = [];
  abandoned = false;

  constructor(since) {
    this.since = since;
  }

  client(options = {}) {
    return new OpenAI({
      baseURL: settings.baseUrl,
      apiKey: settings.key,
      fetch: async (url, init) => {
        const answer = await fetch(url, init);
        const headers = new Headers(init.headers);
        const told = { status: answer.status, headers: answer.headers, method: init.method };
        this.answers.push({ ...told, retryCount: headers.get("x-stainless-retry-count") });
        return answer;
      },
      ...options,
    });
  }

  /** A prompt that the journal can find again; directives tell the simulator what to do. */
  ask(text, directives) {
    return `${text}${directives ? ` [[sim ${directives}]]` : ""} #${this.mark}`;
  }

  user(text, directives) {
    return [{ role: "user", content: this.ask(text, directives) }];
  }

  /** Headers for a call whose answer is not waited for: its row is found by its action. */
  abandoning() {
    this.abandoned = true;
    return { "x-sluice-action-id": this.mark };
  }

  /** What the upstream saw of this test, once all of it is over (or the condition holds). */
  async seen(
    passes = (calls) => calls.length > 0 && calls.every((call) => call.outcome !== "open"),
    seconds = 10,
  ) {
    return awaitThat("journal", seconds, () => journal.calls(this.since, this.mark), passes);
  }

  async checkCharges(estimated) {
    const calls = await this.seen((all) => all.every((call) => call.outcome !== "open"));
    const billed = this.answers.filter((one) => one.method === "POST" && one.status !== 401);
    const ids = billed.map((one) => one.headers.get("x-request-id"));
    const rows = await Promise.all(ids.map((id) => management.settled(id)));
    if (this.abandoned) rows.push(...(await management.settledOfAction(this.mark)));
    const attempts = rows.flatMap((row) => row.attempts);
    assert.equal(attempts.length, calls.length, `attempts of ${JSON.stringify(rows)}`);
    const claimed = attempts.map((one) => one.provider_request_id).filter(Boolean);
    assert.equal(new Set(claimed).size, claimed.length, "one upstream call billed twice");
    for (const row of rows) await checkRow(row, calls, estimated);
    const unclaimed = calls.filter((call) => !claimed.includes(call.request_id));
    assert.ok(
      unclaimed.every((call) => call.stage === "before_headers"),
      `upstream calls that no row knows: ${JSON.stringify(unclaimed)}`,
    );
  }
}

async function checkRow(row, calls, estimated) {
  const charged = picodollars(row.cost_usd ?? "0");
  const known = row.attempts
    .map((attempt) => calls.find((call) => call.request_id === attempt.provider_request_id))
    .filter(Boolean);
  const exact = (call) =>
    call.outcome === "finished" && (call.status >= 400 || call.reported !== undefined);
  const told = JSON.stringify(row);
  if (known.length === row.attempts.length && known.every(exact)) {
    let expected = 0n;
    for (const call of known.filter((one) => one.status < 400)) {
      expected += cost(call.produced, await management.price(row.model));
    }
    assert.equal(charged, expected, `picodollars charged and by the oracle: ${told}`);
    assert.ok(!row.estimated, `the provider reported its usage, no estimate needed: ${told}`);
    return;
  }
  assert.ok(estimated, `usage was not reported, and the test does not say so: ${told}`);
  assert.ok(row.estimated || charged === 0n, `an estimate has to say that it is one: ${told}`);
  assert.ok(charged <= picodollars(row.hold_usd), `charged more than was held: ${told}`);
  if (known.some((call) => call.status < 400 && call.produced.completion_tokens > 0)) {
    assert.ok(charged > 0n, `the upstream produced something, nothing was charged: ${told}`);
  }
}

/** A canonical decimal amount of dollars as whole picodollars. */
export function picodollars(amount) {
  const [whole, fraction = ""] = amount.split(".");
  assert.ok(fraction.length <= 12, `more than twelve decimals: ${amount}`);
  return BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, "0"));
}

/**
 * A test with a conversation; afterwards every charge it caused is compared with the oracle.
 * Options: `gateway` only Sluice does this, `estimated` the provider reports no usage for it,
 * `unbilled` refused before there is a row, `journal` it reads what the upstream saw.
 */
export function test(name, options, body) {
  if (typeof options === "function") return test(name, {}, options);
  const needs =
    options.gateway && !settings.isSluice
      ? "needs SLUICE_URL and SLUICE_ADMIN_KEY"
      : options.journal && !settings.simUrl
        ? "needs SLUICE_SIM_URL"
        : false;
  return run(name, { skip: needs, timeout: 60_000 }, async () => {
    const talk = new Conversation(settings.simUrl ? await journal.position() : 0);
    await body(talk);
    if (management && settings.simUrl && !options.unbilled) {
      await talk.checkCharges(Boolean(options.estimated));
    }
  });
}

/** The text of all deltas of choice 0. */
export async function textOf(stream) {
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}
