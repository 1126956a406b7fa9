// Anthropic's official SDK, unmodified.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { key, origin, pdf, png } from "../target.mjs";

const client = new Anthropic({ baseURL: origin, apiKey: key, maxRetries: 0 });
const WEATHER = {
  name: "get_weather",
  description: "The weather in a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

const ask = (messages, more = {}) => ({ model: "sim-chat", max_tokens: 3000, messages, ...more });
const user = (content) => [{ role: "user", content }];

test("text, plain and streamed", async () => {
  const plain = await client.messages.create(ask(user("Say hello")));
  const streamed = await client.messages.stream(ask(user("Say hello"))).finalMessage();
  assert.equal(plain.stop_reason, "end_turn");
  assert.deepEqual(streamed.content, plain.content);
  assert.equal(streamed.usage.output_tokens, plain.usage.output_tokens);
});

for (const model of ["sim-chat", "sim-reasoner"]) {
  for (const streamed of [false, true]) {
    test(`tools over three turns, ${model}${streamed ? ", streamed" : ""}`, async () => {
      const messages = user("The weather in Paris and London");
      const turn = async () => {
        const asked = ask(messages, { model, tools: [WEATHER] });
        const answer = streamed
          ? await client.messages.stream(asked).finalMessage()
          : await client.messages.create(asked);
        messages.push({ role: "assistant", content: answer.content });
        return answer;
      };
      const first = await turn();
      const calls = first.content.filter((block) => block.type === "tool_use");
      assert.deepEqual(calls.map((call) => call.input.city), ["Paris", "London"]);
      messages.push({
        role: "user",
        content: calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "sunny" })),
      });
      assert.equal((await turn()).stop_reason, "end_turn");
      messages.push(...user("Thanks"));
      assert.equal((await turn()).stop_reason, "end_turn");
    });
  }
}

// It asks for a conversation that the server keeps first, and goes on without one.
test("the tool runner", async () => {
  const cities = [];
  const weather = {
    ...WEATHER,
    run: async ({ city }) => {
      cities.push(city);
      return "sunny";
    },
  };
  const told = `Go [[sim call=get_weather args='{"city":"Paris"}' rounds=2 text="All is known."]]`;
  const answer = await client.beta.messages.toolRunner(ask(user(told), { tools: [weather] }));
  assert.equal(answer.content[0].text, "All is known.");
  assert.deepEqual(cities, ["Paris", "Paris"]);
});

test("what is nowhere is told in Anthropic's words", async () => {
  for (const call of [
    () => client.messages.batches.list(),
    () => client.models.retrieve("no-such-model"),
  ]) {
    await assert.rejects(call(), (failure) => {
      assert.ok(failure instanceof Anthropic.NotFoundError);
      assert.equal(failure.error.error.type, "not_found_error");
      return assert.ok(failure.requestID) === undefined;
    });
  }
});

test("an image and a PDF", async () => {
  const answer = await client.messages.create(
    ask(
      user([
        { type: "text", text: "Look" },
        { type: "image", source: { type: "base64", media_type: "image/png", data: png } },
        { type: "document", source: { type: "base64", media_type: "application/pdf", data: pdf } },
      ]),
    ),
  );
  // Asked before of the same provider, some of it is in its cache.
  assert.ok(answer.usage.input_tokens + answer.usage.cache_read_input_tokens > 1750);
});

test("models and counts", async () => {
  const models = await client.models.list();
  assert.ok(models.data.some((model) => model.id === "sim-chat"));
  const paged = [];
  for await (const model of client.models.list({ limit: 2 })) paged.push(model.id);
  assert.deepEqual(paged, models.data.map((model) => model.id));
  const counted = await client.messages.countTokens({ model: "sim-chat", messages: user("Hi") });
  assert.ok(counted.input_tokens > 0);
});

for (const [status, kind] of [
  [400, Anthropic.BadRequestError],
  [429, Anthropic.RateLimitError],
  [529, Anthropic.InternalServerError],
]) {
  test(`a refusal with ${status}`, async () => {
    const failing = ask(user(`Fail [[sim status=${status}]]`));
    await assert.rejects(client.messages.create(failing), kind);
  });
}

test("an unknown key, an unknown model", async () => {
  const stranger = new Anthropic({ baseURL: origin, apiKey: "sk-unknown", maxRetries: 0 });
  await assert.rejects(stranger.messages.create(ask(user("Hi"))), Anthropic.AuthenticationError);
  const unknown = ask(user("Hi"), { model: "no-such-model" });
  await assert.rejects(client.messages.create(unknown), Anthropic.NotFoundError);
});

test("a stream that breaks is an error", async () => {
  const failing = ask(user("Fail [[sim tokens=20 error_at=9]]"));
  await assert.rejects(client.messages.stream(failing).finalMessage(), /upstream failed/);
});
