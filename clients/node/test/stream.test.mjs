// Streams: by events, by the SDK's helper, with and without usage, broken ones.

import assert from "node:assert/strict";
import OpenAI from "openai";
import { test, textOf } from "../harness.mjs";

const stream = (talk, fields = {}, directives = undefined, text = "Stream") =>
  talk.client().chat.completions.create({
    model: "sim-chat",
    messages: talk.user(text, directives),
    stream: true,
    ...fields,
  });

test("says what a plain answer says", async (talk) => {
  const messages = talk.user("Stream");
  const plain = await talk.client().chat.completions.create({ model: "sim-chat", messages });
  assert.equal(await textOf(await stream(talk)), plain.choices[0].message.content);
});

test("usage stays hidden unless asked", async (talk) => {
  for await (const chunk of await stream(talk)) {
    assert.ok(chunk.choices.length > 0);
    assert.ok(!chunk.usage);
  }
});

test("usage when asked", { journal: true }, async (talk) => {
  const chunks = [];
  for await (const chunk of await stream(talk, { stream_options: { include_usage: true } })) {
    chunks.push(chunk);
  }
  const last = chunks.pop();
  assert.ok(chunks.every((chunk) => chunk.usage === null));
  assert.deepEqual(last.choices, []);
  const [call] = await talk.seen();
  assert.equal(last.usage.prompt_tokens, call.produced.prompt_tokens);
  assert.equal(last.usage.completion_tokens, call.produced.completion_tokens);
});

test("helper", async (talk) => {
  let said = "";
  const runner = talk.client().chat.completions.stream({
    model: "sim-chat",
    messages: talk.user("Help"),
    stream_options: { include_usage: true },
  });
  runner.on("content", (delta) => {
    said += delta;
  });
  const final = await runner.finalChatCompletion();
  assert.ok(said);
  assert.equal(final.choices[0].message.content, said);
  assert.ok((await runner.totalUsage()).completion_tokens > 0);
});

test("helper without usage", async (talk) => {
  const runner = talk
    .client()
    .chat.completions.stream({ model: "sim-chat", messages: talk.user("Help") });
  assert.ok(await runner.finalContent());
});

const odd = [
  "split=11",
  "trickle=7 tokens=12",
  "crlf=true",
  "comments=2",
  "sse_ids=true",
  "bom=true",
  "chunk=5",
  "no_done=true",
  "huge_at=3 huge=300000",
  "usage_with_finish=true",
  "empty_first=true",
];
for (const wire of odd) {
  test(`wire of the upstream does not matter: ${wire}`, async (talk) => {
    const text = "naïve 水 🌊 café, twice: naïve 水 🌊 café";
    const fields = { stream_options: { include_usage: true } };
    assert.equal(await textOf(await stream(talk, fields, `${wire} text="${text}"`)), text);
  });
}

test("long stream", async (talk) => {
  let chunks = 0;
  for await (const chunk of await stream(talk, {}, "tokens=5000")) {
    chunks += chunk.choices.length;
  }
  assert.ok(chunks > 5_000);
});

test("error event", { estimated: true }, async (talk) => {
  await assert.rejects(
    async () => textOf(await stream(talk, {}, "error_at=5")),
    (failure) => failure instanceof OpenAI.APIError && failure.status === undefined,
  );
});

for (const how of ["fin", "rst"]) {
  const options = { gateway: true, estimated: true };
  test(`cut of the upstream (${how}) is an error event`, options, async (talk) => {
    await assert.rejects(
      async () => textOf(await stream(talk, {}, `cut_at=6 cut=${how}`)),
      (failure) =>
        failure instanceof OpenAI.APIError &&
        !(failure instanceof OpenAI.APIConnectionError) &&
        failure.code === "upstream_error",
    );
  });
}

test("missing usage is charged all the same", { estimated: true }, async (talk) => {
  assert.ok(await textOf(await stream(talk, {}, "usage=missing")));
});

test("error before the first event is a status", async (talk) => {
  await assert.rejects(stream(talk, {}, "status=422"), OpenAI.UnprocessableEntityError);
});

for (const events of [1, 10]) {
  const options = { estimated: true, journal: true };
  test(`abort after ${events} events reaches the upstream`, options, async (talk) => {
    const running = await stream(talk, {}, "tokens=2000 gap=20");
    let seen = 0;
    for await (const chunk of running) {
      assert.ok(chunk.id);
      if (++seen === events) break;
    }
    const [call] = await talk.seen((calls) => calls.some((one) => one.outcome !== "open"), 2);
    assert.equal(call.outcome, "cancelled");
    assert.ok(call.produced.completion_tokens < 500);
  });
}

test("abort signal in mid-stream", { estimated: true, journal: true }, async (talk) => {
  const leaving = new AbortController();
  const running = await talk.client().chat.completions.create(
    {
      model: "sim-chat",
      messages: talk.user("Stream", "tokens=2000 gap=20"),
      stream: true,
    },
    { signal: leaving.signal },
  );
  let seen = 0;
  for await (const chunk of running) {
    assert.ok(chunk.id);
    if (++seen === 5) leaving.abort();
  }
  assert.ok(seen < 500);
  const [call] = await talk.seen((calls) => calls.some((one) => one.outcome !== "open"), 2);
  assert.equal(call.outcome, "cancelled");
});
