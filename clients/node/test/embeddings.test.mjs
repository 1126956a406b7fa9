// Embeddings and the model list. This SDK decodes as base64 whatever comes, so an answer with
// numbers to its default request would be silent nonsense.

import assert from "node:assert/strict";
import OpenAI from "openai";
import { test } from "../harness.mjs";

test("default is base64 on the wire", { journal: true }, async (talk) => {
  const answer = await talk
    .client()
    .embeddings.create({ model: "sim-embed", input: talk.ask("Vector") });
  const [call] = await talk.seen();
  assert.equal(JSON.parse(call.request_body).encoding_format, "base64");
  const vector = answer.data[0].embedding;
  assert.equal(vector.length, 1_536);
  const square = vector.reduce((sum, number) => sum + number * number, 0);
  assert.ok(Math.abs(square - 1) < 1e-4, `length ${square}`);
});

test("floats are the same numbers", async (talk) => {
  const client = talk.client();
  const input = talk.ask("Vector");
  const packed = await client.embeddings.create({ model: "sim-embed", input });
  const plain = await client.embeddings.create({
    model: "sim-embed",
    input,
    encoding_format: "float",
  });
  plain.data[0].embedding.forEach((number, index) => {
    assert.ok(Math.abs(number - packed.data[0].embedding[index]) < 1e-7);
  });
});

test("dimensions and several inputs", async (talk) => {
  const input = Array.from({ length: 20 }, (_, number) => `${number} ${talk.ask("Vector")}`);
  const many = await talk
    .client()
    .embeddings.create({ model: "sim-embed", input, dimensions: 8 });
  assert.deepEqual(
    many.data.map((item) => item.index),
    input.map((_, index) => index),
  );
  assert.ok(many.data.every((item) => item.embedding.length === 8));
});

test("model list", { unbilled: true }, async (talk) => {
  const ids = [];
  for await (const model of talk.client().models.list()) ids.push(model.id);
  assert.ok(ids.includes("sim-chat") && ids.includes("sim-embed"));
  assert.equal((await talk.client().models.retrieve("sim-chat")).object, "model");
  await assert.rejects(talk.client().models.retrieve("no-such-model"), OpenAI.NotFoundError);
});
