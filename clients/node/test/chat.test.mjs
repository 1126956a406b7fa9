// Plain chat completions and every field of the request.

import assert from "node:assert/strict";
import { test } from "../harness.mjs";

test("plain", async (talk) => {
  const answer = await talk
    .client()
    .chat.completions.create({ model: "sim-chat", messages: talk.user("Hello") });
  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.choices[0].message.role, "assistant");
  assert.ok(answer.choices[0].message.content);
  assert.equal(answer.choices[0].finish_reason, "stop");
});

test("usage is what the upstream used", { journal: true }, async (talk) => {
  const answer = await talk
    .client()
    .chat.completions.create({ model: "sim-chat", messages: talk.user("Hello") });
  const [call] = await talk.seen();
  assert.equal(answer.usage.prompt_tokens, call.produced.prompt_tokens);
  assert.equal(answer.usage.completion_tokens, call.produced.completion_tokens);
});

test("text outside ASCII survives both ways", { journal: true }, async (talk) => {
  const text = 'Grüße 水 🌊 \u2028 "quoted" \\ back';
  const answer = await talk.client().chat.completions.create({
    model: "sim-chat",
    messages: talk.user(text, 'text="naïve 水 🌊 café"'),
  });
  assert.equal(answer.choices[0].message.content, "naïve 水 🌊 café");
  const [call] = await talk.seen();
  assert.ok(JSON.parse(call.request_body).messages[0].content.includes(text));
});

test("several choices and logprobs", async (talk) => {
  const answer = await talk.client().chat.completions.create({
    model: "sim-chat",
    messages: talk.user("Choose"),
    n: 3,
    logprobs: true,
    top_logprobs: 2,
  });
  assert.deepEqual(
    answer.choices.map((choice) => choice.index),
    [0, 1, 2],
  );
  for (const choice of answer.choices) {
    const tokens = choice.logprobs.content.map((token) => token.token);
    assert.equal(tokens.join(""), choice.message.content);
  }
});

test("stop and output limit", async (talk) => {
  const client = talk.client();
  const stopped = await client.chat.completions.create({
    model: "sim-chat",
    messages: talk.user("Say", 'text="one two END three"'),
    stop: ["END"],
  });
  assert.equal(stopped.choices[0].message.content, "one two ");
  const cut = await client.chat.completions.create({
    model: "sim-chat",
    messages: talk.user("Say", "tokens=500"),
    max_completion_tokens: 7,
  });
  assert.equal(cut.choices[0].finish_reason, "length");
  assert.equal(cut.usage.completion_tokens, 7);
});

test("reasoning effort", async (talk) => {
  const answer = await talk.client().chat.completions.create({
    model: "sim-reasoner",
    messages: talk.user("Think"),
    reasoning_effort: "low",
  });
  assert.equal(answer.usage.completion_tokens_details.reasoning_tokens, 64);
});

test("cached input", async (talk) => {
  const client = talk.client();
  const system = { role: "system", content: talk.mark + " rule".repeat(2_000) };
  const messages = [system, ...talk.user("And?")];
  await client.chat.completions.create({ model: "sim-chat", messages });
  const again = await client.chat.completions.create({ model: "sim-chat", messages });
  assert.ok(again.usage.prompt_tokens_details.cached_tokens > 1_000);
});

test("image, audio and file parts", { journal: true }, async (talk) => {
  const png =
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
  const silence = Buffer.alloc(44 + 32_000);
  silence.write("RIFF", 0);
  silence.writeUInt32LE(36 + 32_000, 4);
  silence.write("WAVEfmt ", 8);
  silence.writeUInt32LE(16, 16);
  silence.writeUInt16LE(1, 20);
  silence.writeUInt16LE(1, 22);
  silence.writeUInt32LE(16_000, 24);
  silence.writeUInt32LE(32_000, 28);
  silence.writeUInt16LE(2, 32);
  silence.writeUInt16LE(16, 34);
  silence.write("data", 36);
  silence.writeUInt32LE(32_000, 40);
  const pdf = Buffer.from("%PDF-1.4\n/Type /Page\n%%EOF").toString("base64");
  const content = [
    { type: "text", text: talk.ask("What is all this?") },
    { type: "image_url", image_url: { url: png, detail: "low" } },
    { type: "input_audio", input_audio: { data: silence.toString("base64"), format: "wav" } },
    {
      type: "file",
      file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` },
    },
  ];
  const answer = await talk
    .client()
    .chat.completions.create({ model: "sim-chat", messages: [{ role: "user", content }] });
  assert.ok(answer.usage.prompt_tokens_details.audio_tokens > 0);
  const [call] = await talk.seen();
  assert.deepEqual(JSON.parse(call.request_body).messages[0].content, content);
});

test("every field and unknown ones reach the upstream", { journal: true }, async (talk) => {
  const fields = {
    frequency_penalty: 0.5,
    presence_penalty: -0.25,
    logit_bias: { 50256: -100 },
    seed: 7,
    temperature: 0.30000000000000004,
    top_p: 0.9,
    user: "user-1",
    safety_identifier: "user-hash",
    prompt_cache_key: "cache-1",
    metadata: { ticket: "42" },
    store: false,
    service_tier: "default",
    verbosity: "low",
    tools: [{ type: "function", function: { name: "idle", parameters: {} } }],
    tool_choice: "none",
    top_k: 40,
    x_vendor: { deep: [1, { er: null }], flag: true },
  };
  await talk
    .client()
    .chat.completions.create({ model: "sim-chat", messages: talk.user("All"), ...fields });
  const [call] = await talk.seen();
  const body = JSON.parse(call.request_body);
  for (const [name, value] of Object.entries(fields)) assert.deepEqual(body[name], value, name);
});

test("fifty at once", async (talk) => {
  const client = talk.client({ maxRetries: 0 });
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  const texts = await Promise.all(
    numbers.map(async (number) => {
      const messages = talk.user(`Number ${number}`, `delay=100 text="answer ${number}"`);
      const answer = await client.chat.completions.create({ model: "sim-chat", messages });
      return answer.choices[0].message.content;
    }),
  );
  assert.deepEqual(
    texts,
    numbers.map((number) => `answer ${number}`),
  );
});
