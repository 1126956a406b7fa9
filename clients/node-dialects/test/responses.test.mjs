// OpenAI's official SDK: responses, and what is kept of them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import OpenAI from "openai";
import { key, v1 } from "../target.mjs";

const client = new OpenAI({ baseURL: v1, apiKey: key, maxRetries: 0 });
const TOOL = {
  type: "function",
  name: "get_weather",
  strict: true,
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

const final = (asked) => client.responses.stream(asked).finalResponse();
const plain = (asked) => client.responses.create(asked);

for (const [how, ask] of Object.entries({ plain, streamed: final })) {
  test(`previous_response_id with tools, ${how}`, async () => {
    const asked = { model: "sim-reasoner", tools: [TOOL] };
    const first = await ask({ ...asked, input: "The weather in Paris and London" });
    const calls = first.output.filter((item) => item.type === "function_call");
    assert.equal(calls.length, 2);
    const second = await ask({
      ...asked,
      previous_response_id: first.id,
      input: calls.map((call) => ({
        type: "function_call_output",
        call_id: call.call_id,
        output: "sunny",
      })),
    });
    assert.ok(second.output_text);
    assert.ok(second.usage.input_tokens > first.usage.input_tokens);
    const third = await ask({ ...asked, previous_response_id: second.id, input: "Thanks" });
    assert.ok(third.output_text);
    assert.ok(third.usage.input_tokens > second.usage.input_tokens);
  });
}

test("items are referred to by their ids", async () => {
  const first = await plain({ model: "sim-chat", input: "Say hello" });
  const answer = await plain({
    model: "sim-chat",
    input: [
      { role: "user", content: "Say hello" },
      { type: "item_reference", id: first.output[0].id },
      { role: "user", content: "And then?" },
    ],
  });
  assert.ok(answer.output_text);
  assert.ok(answer.usage.input_tokens > first.usage.input_tokens + first.usage.output_tokens);
});

test("what was not to be kept, and what nobody said, is unknown", async () => {
  const input = `Say hello to ${randomUUID()}`;
  const first = await plain({ model: "sim-chat", input, store: false });
  for (const previous of [first.id, "resp_unknown"]) {
    await assert.rejects(
      plain({ model: "sim-chat", input: "More", previous_response_id: previous }),
      (error) => error.status === 400 && error.param === "previous_response_id",
    );
  }
  await assert.rejects(
    plain({ model: "sim-chat", input: [{ type: "item_reference", id: "msg_unknown" }] }),
    (error) => error.status === 400 && error.param === "input[0]",
  );
});

test("refusals, and a stream that breaks", async () => {
  const ask = (input, more = {}) => plain({ model: "sim-chat", input, ...more });
  await assert.rejects(ask("Fail [[sim status=400]]"), OpenAI.BadRequestError);
  await assert.rejects(ask("Fail [[sim status=429]]"), OpenAI.RateLimitError);
  await assert.rejects(ask("Hi", { model: "no-such-model" }), OpenAI.NotFoundError);
  await assert.rejects(ask("Hi", { background: true }), OpenAI.BadRequestError);
  const stream = await ask("Fail [[sim tokens=20 error_at=9]]", { stream: true });
  const events = [];
  for await (const event of stream) events.push(event.type);
  assert.equal(events.at(-1), "response.failed");
});
