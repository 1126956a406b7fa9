// Tools and structured output.

import assert from "node:assert/strict";
import OpenAI from "openai";
import { test } from "../harness.mjs";

const parameters = {
  type: "object",
  properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "kelvin"] } },
  required: ["city", "unit"],
  additionalProperties: false,
};
const weather = { type: "function", function: { name: "get_weather", parameters, strict: true } };
const cities = (calls) => calls.map((call) => JSON.parse(call.function.arguments).city);

test("one call and its result", async (talk) => {
  const client = talk.client();
  const messages = talk.user("What is the weather in Paris?");
  const request = { model: "sim-chat", messages, tools: [weather] };
  const first = await client.chat.completions.create(request);
  assert.equal(first.choices[0].finish_reason, "tool_calls");
  const [call] = first.choices[0].message.tool_calls;
  messages.push(first.choices[0].message);
  messages.push({ role: "tool", tool_call_id: call.id, content: "rain" });
  const second = await client.chat.completions.create(request);
  assert.ok(second.choices[0].message.content);
});

test("parallel calls", async (talk) => {
  const messages = talk.user("Compare the weather in Paris and London");
  const request = { model: "sim-chat", messages, tools: [weather] };
  const both = await talk.client().chat.completions.create(request);
  assert.deepEqual(cities(both.choices[0].message.tool_calls), ["Paris", "London"]);
  const one = await talk
    .client()
    .chat.completions.create({ ...request, parallel_tool_calls: false });
  assert.equal(one.choices[0].message.tool_calls.length, 1);
});

test("streamed calls by the helper", async (talk) => {
  const runner = talk.client().chat.completions.stream({
    model: "sim-chat",
    messages: talk.user("Compare the weather in Paris and London"),
    tools: [weather],
  });
  const final = await runner.finalChatCompletion();
  assert.equal(final.choices[0].finish_reason, "tool_calls");
  assert.deepEqual(cities(final.choices[0].message.tool_calls), ["Paris", "London"]);
});

test("tools run by the SDK", async (talk) => {
  const asked = [];
  const runner = talk.client().chat.completions.runTools({
    model: "sim-chat",
    messages: talk.user("What is the weather in Oslo?"),
    tools: [
      {
        type: "function",
        function: {
          name: "get_weather",
          parameters,
          parse: JSON.parse,
          function: (given) => {
            asked.push(given.city);
            return "snow";
          },
        },
      },
    ],
  });
  assert.ok(await runner.finalContent());
  assert.deepEqual(asked, ["Oslo"]);
});

const solution = {
  type: "json_schema",
  json_schema: {
    name: "solution",
    strict: true,
    schema: {
      type: "object",
      properties: {
        steps: { type: "array", items: { type: "string" } },
        certain: { type: "boolean" },
        result: { type: "number" },
      },
      required: ["steps", "certain", "result"],
      additionalProperties: false,
    },
  },
};

test("structured output", { journal: true }, async (talk) => {
  const answer = await talk.client().chat.completions.create({
    model: "sim-chat",
    messages: talk.user("Solve it"),
    response_format: solution,
  });
  const value = JSON.parse(answer.choices[0].message.content);
  assert.ok(Array.isArray(value.steps));
  assert.equal(typeof value.certain, "boolean");
  assert.equal(typeof value.result, "number");
  const [call] = await talk.seen();
  assert.deepEqual(JSON.parse(call.request_body).response_format, solution);
});

test("structured output, streamed", async (talk) => {
  const runner = talk.client().chat.completions.stream({
    model: "sim-chat",
    messages: talk.user("Solve it"),
    response_format: solution,
  });
  assert.equal(typeof JSON.parse(await runner.finalContent()).result, "number");
});

test("cut short is the SDK's own error", async (talk) => {
  await assert.rejects(
    talk.client().chat.completions.parse({
      model: "sim-chat",
      messages: talk.user("Solve it"),
      response_format: solution,
      max_completion_tokens: 3,
    }),
    OpenAI.LengthFinishReasonError,
  );
});

test("refusal", async (talk) => {
  const answer = await talk.client().chat.completions.create({
    model: "sim-chat",
    messages: talk.user("No", "refusal=true"),
    response_format: solution,
  });
  assert.equal(answer.choices[0].message.content, null);
  assert.ok(answer.choices[0].message.refusal);
});
