// Files and batches, from the upload to the answers.

import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";
import { awaitThat, management, test } from "../harness.mjs";

// The upload and the batch have no rows of their own.
const gateway = { gateway: true, unbilled: true };
const underWay = ["validating", "in_progress", "finalizing", "cancelling"];

const lines = (talk, count) =>
  Array.from({ length: count }, (_, number) =>
    JSON.stringify({
      custom_id: `line-${number}`,
      method: "POST",
      url: "/v1/chat/completions",
      body: { model: "sim-chat", messages: talk.user(`Number ${number}`) },
    }),
  ).join("\n");

const ended = (client, id) =>
  awaitThat(
    "the batch",
    30,
    () => client.batches.retrieve(id),
    (batch) => !underWay.includes(batch.status),
  );

test("a file is read again", gateway, async (talk) => {
  const client = talk.client();
  const file = await client.files.create({
    file: await toFile(Buffer.from("Grüße 水\n"), "notes.txt"),
    purpose: "user_data",
  });
  assert.equal(file.filename, "notes.txt");
  assert.equal(await (await client.files.content(file.id)).text(), "Grüße 水\n");
  const listed = [];
  for await (const one of client.files.list({ purpose: "user_data", limit: 1 })) {
    listed.push(one.id);
  }
  assert.ok(listed.includes(file.id));
  assert.ok((await client.files.delete(file.id)).deleted);
  await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
});

test("a batch from upload to answers", gateway, async (talk) => {
  const client = talk.client();
  const file = await client.files.create({
    file: await toFile(Buffer.from(lines(talk, 4)), "calls.jsonl"),
    purpose: "batch",
  });
  const made = await client.batches.create({
    input_file_id: file.id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
  });
  const batch = await ended(client, made.id);
  assert.equal(batch.status, "completed");
  assert.deepEqual(batch.request_counts, { total: 4, completed: 4, failed: 0 });
  const text = await (await client.files.content(batch.output_file_id)).text();
  const answers = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    answers.map((answer) => answer.custom_id),
    ["line-0", "line-1", "line-2", "line-3"],
  );
  for (const { response } of answers) {
    assert.equal(response.status_code, 200);
    assert.ok(response.body.choices[0].message.content);
  }
  const rows = await management.settledOfAction(batch.id);
  assert.deepEqual(
    rows.map((row) => row.request_id).sort(),
    answers.map((answer) => answer.response.request_id).sort(),
  );
  assert.ok(rows.every((row) => Number(row.cost_usd) > 0));
});
