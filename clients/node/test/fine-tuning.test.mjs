// Jobs that train models, from the upload to the charge.

import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";
import { awaitThat, management, test } from "../harness.mjs";

// The upload has no row of its own.
const gateway = { gateway: true, unbilled: true };
const underWay = ["validating_files", "queued", "running", "paused"];

const examples = (talk, directives) =>
  Buffer.from(
    JSON.stringify({
      messages: [
        ...talk.user("Say gate", directives),
        { role: "assistant", content: "gate" },
      ],
    }),
  );

async function begun(client, talk, directives) {
  const file = await client.files.create({
    file: await toFile(examples(talk, directives), "gates.jsonl"),
    purpose: "fine-tune",
  });
  return client.fineTuning.jobs.create({
    model: "sim-chat",
    training_file: file.id,
    hyperparameters: { n_epochs: 2 },
  });
}

const trainer = async (talk) =>
  talk.client({ apiKey: await management.grant(`trainer-${talk.mark}`, ["tuning"]) });

test("a model is trained and charged", gateway, async (talk) => {
  const client = await trainer(talk);
  const { id } = await begun(client, talk, "takes=300");
  const requestId = talk.answers.at(-1).headers.get("x-request-id");
  const job = await awaitThat(
    "the job",
    30,
    () => client.fineTuning.jobs.retrieve(id),
    (found) => !underWay.includes(found.status),
  );
  assert.equal(job.status, "succeeded");
  assert.ok(job.fine_tuned_model.startsWith("ft:sim-chat:"));
  const row = await management.settled(requestId);
  assert.equal(row.units.training_tokens, job.trained_tokens);
  assert.ok(Number(row.cost_usd) > 0);
  const listed = [];
  for await (const one of client.fineTuning.jobs.list({ limit: 1 })) listed.push(one.id);
  assert.ok(listed.includes(id));
  const messages = [];
  for await (const event of client.fineTuning.jobs.listEvents(id)) messages.push(event.message);
  assert.ok(messages.includes(`Created fine-tuning job: ${id}`));
  const checkpoints = [];
  for await (const one of client.fineTuning.jobs.checkpoints.list(id)) checkpoints.push(one);
  assert.equal(checkpoints.length, 2);
});

test("a job is paused, resumed and cancelled", gateway, async (talk) => {
  const client = await trainer(talk);
  const { id } = await begun(client, talk, "takes=60000");
  assert.equal((await client.fineTuning.jobs.pause(id)).status, "paused");
  assert.equal((await client.fineTuning.jobs.resume(id)).id, id);
  assert.equal((await client.fineTuning.jobs.cancel(id)).status, "cancelled");
});

test("nobody trains who was not granted it", gateway, async (talk) => {
  await assert.rejects(begun(talk.client(), talk, "takes=100"), OpenAI.PermissionDeniedError);
});
