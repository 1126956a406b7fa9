// Google's official SDK, unmodified.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, GoogleGenAI, Type } from "@google/genai";
import { key, origin, pdf, png } from "../target.mjs";

const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: origin } });
const TOOLS = [
  {
    functionDeclarations: [
      {
        name: "get_weather",
        description: "The weather in a city",
        parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } } },
      },
    ],
  },
];

const ask = (contents, more = {}) => ({ model: "sim-chat", contents, ...more });

test("text, plain and streamed", async () => {
  const plain = await client.models.generateContent(ask("Say hello"));
  let streamed = "";
  let usage;
  for await (const chunk of await client.models.generateContentStream(ask("Say hello"))) {
    streamed += chunk.text ?? "";
    usage = chunk.usageMetadata ?? usage;
  }
  assert.ok(plain.text);
  assert.equal(streamed, plain.text);
  assert.equal(usage.totalTokenCount, plain.usageMetadata.totalTokenCount);
});

for (const model of ["sim-chat", "sim-reasoner"]) {
  test(`a chat with tools over three turns, ${model}`, async () => {
    const chat = client.chats.create({ model, config: { tools: TOOLS } });
    const first = await chat.sendMessage({ message: "The weather in Paris and London" });
    assert.deepEqual(first.functionCalls.map((call) => call.args.city), ["Paris", "London"]);
    const results = first.functionCalls.map((call) => ({
      functionResponse: { id: call.id, name: call.name, response: { output: "sunny" } },
    }));
    assert.ok((await chat.sendMessage({ message: results })).text);
    let last = "";
    for await (const chunk of await chat.sendMessageStream({ message: "Thanks" })) {
      last += chunk.text ?? "";
    }
    assert.ok(last);
  });
}

test("structured answer, an image and a PDF", async () => {
  const schema = { type: Type.OBJECT, properties: { city: { type: Type.STRING } }, required: ["city"] };
  const answer = await client.models.generateContent(
    ask(
      [
        "Where?",
        { inlineData: { mimeType: "image/png", data: png } },
        { inlineData: { mimeType: "application/pdf", data: pdf } },
      ],
      { config: { responseMimeType: "application/json", responseSchema: schema } },
    ),
  );
  assert.ok(JSON.parse(answer.text).city);
  assert.ok(answer.usageMetadata.promptTokenCount > 1750);
});

test("models and counts", async () => {
  const names = [];
  for await (const model of await client.models.list()) names.push(model.name);
  assert.ok(names.includes("models/sim-chat"));
  assert.ok((await client.models.countTokens(ask("Hi"))).totalTokens > 0);
});

for (const [directive, status] of [
  ["status=400", 400],
  ["status=429", 429],
  ["status=503", 502],
]) {
  test(`a refusal with ${directive}`, async () => {
    await assert.rejects(
      client.models.generateContent(ask(`Fail [[sim ${directive}]]`)),
      (error) => error instanceof ApiError && error.status === status,
    );
  });
}

test("an unknown key", async () => {
  const stranger = new GoogleGenAI({ apiKey: "sk-unknown", httpOptions: { baseUrl: origin } });
  await assert.rejects(
    stranger.models.generateContent(ask("Hi")),
    (error) => error instanceof ApiError && error.status === 401,
  );
});

test("a stream that breaks is an error", async () => {
  const read = async () => {
    const failing = ask("Fail [[sim tokens=20 error_at=9]]");
    for await (const chunk of await client.models.generateContentStream(failing)) void chunk;
  };
  await assert.rejects(read(), /upstream failed/);
});
