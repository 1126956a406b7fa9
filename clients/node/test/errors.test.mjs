// Every refusal becomes the class that applications already catch; headers; retries.

import assert from "node:assert/strict";
import OpenAI from "openai";
import { journal, management, picodollars, test } from "../harness.mjs";

const RETRY_MODEL = "sim-mini";
const ask = (client, talk, directives, options = {}) =>
  client.chat.completions.create(
    { model: "sim-chat", messages: talk.user("Ask", directives) },
    options,
  );

const classes = [
  [400, OpenAI.BadRequestError],
  [404, OpenAI.NotFoundError],
  [422, OpenAI.UnprocessableEntityError],
  [429, OpenAI.RateLimitError],
  [500, OpenAI.InternalServerError],
  [503, OpenAI.InternalServerError],
  [529, OpenAI.InternalServerError],
];
for (const [status, kind] of classes) {
  test(`upstream's ${status} is ${kind.name}`, async (talk) => {
    await assert.rejects(
      ask(talk.client({ maxRetries: 0 }), talk, `status=${status}`),
      (failure) => failure instanceof kind && Boolean(failure.requestID),
    );
  });
}

const codes = [
  [400, 400, "upstream_rejected", "invalid_request_error"],
  [422, 422, "upstream_rejected", "invalid_request_error"],
  [429, 429, "upstream_rate_limited", "invalid_request_error"],
  [401, 502, "upstream_error", "server_error"],
  [500, 502, "upstream_error", "server_error"],
];
for (const [status, told, code, type] of codes) {
  test(`code of the upstream's ${status}`, { gateway: true }, async (talk) => {
    await assert.rejects(
      ask(talk.client({ maxRetries: 0 }), talk, `status=${status}`),
      (failure) => {
        assert.deepEqual([failure.status, failure.code, failure.type], [told, code, type]);
        assert.equal(failure.error.sluice.request_id, failure.requestID);
        return true;
      },
    );
  });
}

test("unknown key", { unbilled: true }, async (talk) => {
  const client = talk.client({ apiKey: "sk-sluice-not-a-key" });
  await assert.rejects(
    ask(client, talk),
    (failure) =>
      failure instanceof OpenAI.AuthenticationError && failure.code === "invalid_api_key",
  );
  assert.equal(talk.answers.length, 1);
});

test("unknown model", async (talk) => {
  const request = { model: "no-such-model", messages: talk.user("Ask") };
  await assert.rejects(
    talk.client().chat.completions.create(request),
    (failure) => failure instanceof OpenAI.NotFoundError && failure.code === "model_not_found",
  );
  assert.equal(talk.answers.length, 1);
});

test("malformed", async (talk) => {
  const request = { model: "sim-chat", messages: [], user: talk.mark };
  await assert.rejects(
    talk.client().chat.completions.create(request),
    OpenAI.BadRequestError,
  );
});

test("model the key may not call", { gateway: true }, async (talk) => {
  const { key } = await management.post("keys", {
    label: `clients-node-${talk.mark}`,
    team: await management.team(),
    owner: "service:clients-node",
    environment: "development",
    models: ["sim-embed"],
  });
  await assert.rejects(
    ask(talk.client({ apiKey: key }), talk),
    (failure) =>
      failure instanceof OpenAI.PermissionDeniedError && failure.code === "policy_denied",
  );
});

test("exhausted quota is not retried", { gateway: true }, async (talk) => {
  const label = `clients-node-${talk.mark}`;
  const { key } = await management.post("keys", {
    label,
    team: await management.team(),
    owner: "service:clients-node",
    environment: "development",
  });
  await management.post("quotas", {
    name: label,
    scope: { key: label },
    unit: "requests",
    limit: "1",
    window: { lifetime: true },
    at_limit: "block",
  });
  const client = talk.client({ apiKey: key });
  await ask(client, talk);
  await assert.rejects(ask(client, talk), (failure) => {
    assert.ok(failure instanceof OpenAI.RateLimitError);
    assert.equal(failure.code, "quota_exceeded");
    assert.equal(failure.error.sluice.rule, label);
    assert.equal(failure.headers.get("x-should-retry"), "false");
    return true;
  });
  assert.equal(talk.answers.length, 2);
});

test("route and cost", { gateway: true }, async (talk) => {
  const { data, response, request_id } = await ask(talk.client(), talk).withResponse();
  assert.equal(data._request_id, request_id);
  assert.match(response.headers.get("x-sluice-route"), /^[^/]+\/sim-chat;attempts=1$/);
  const row = await management.settled(request_id);
  assert.equal(
    picodollars(response.headers.get("x-sluice-cost-usd")),
    picodollars(row.cost_usd),
  );
});

for (const status of [429, 503]) {
  test(`succeeds after ${status}`, { journal: true }, async (talk) => {
    await management?.ensureModel(RETRY_MODEL);
    await journal.clearScripts();
    await journal.script({
      directives: `status=${status} retry_after_ms=50`,
      calls: 2,
      model: RETRY_MODEL,
    });
    const messages = talk.user("Persist");
    const answer = await talk
      .client()
      .chat.completions.create({ model: RETRY_MODEL, messages });
    assert.ok(answer.choices[0].message.content);
    const calls = await talk.seen();
    assert.deepEqual(
      calls.map((call) => call.status),
      [status, status, 200],
    );
    talk.answers.forEach((one, index) => assert.equal(one.retryCount, String(index)));
  });
}

test("a refused request is not retried", async (talk) => {
  await assert.rejects(
    ask(talk.client(), talk, "status=422"),
    OpenAI.UnprocessableEntityError,
  );
  assert.equal(talk.answers.length, 1);
});

test("timeout reaches the upstream", { estimated: true, journal: true }, async (talk) => {
  const options = { headers: talk.abandoning() };
  await assert.rejects(
    ask(talk.client({ maxRetries: 0, timeout: 500 }), talk, "delay=20000", options),
    OpenAI.APIConnectionTimeoutError,
  );
  const [call] = await talk.seen((calls) => calls.some((one) => one.outcome !== "open"), 2);
  assert.equal(call.outcome, "cancelled");
});

test("abort before the answer", { estimated: true, journal: true }, async (talk) => {
  const leaving = new AbortController();
  const options = { headers: talk.abandoning(), signal: leaving.signal };
  const running = ask(talk.client(), talk, "delay=20000", options);
  const refused = assert.rejects(running, OpenAI.APIUserAbortError);
  await talk.seen((calls) => calls.length > 0);
  leaving.abort();
  await refused;
  const [call] = await talk.seen((calls) => calls.some((one) => one.outcome !== "open"), 2);
  assert.equal(call.outcome, "cancelled");
});
