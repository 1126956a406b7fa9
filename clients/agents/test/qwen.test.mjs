// Qwen Code: chat, streamed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { callOf, config, interruptAt, keyFor, MODELS, place, run, told, variables } from "../agent.mjs";

async function qwen(prompt, { model, key, at, more = [], ...how } = {}) {
  at ??= await place({ ".qwen/settings.json": await config("qwen.json") });
  const args = ["--auth-type", "openai", "-y", ...more, "-p", prompt];
  const env = await variables("qwen.env", key);
  if (model) env.OPENAI_MODEL = model;
  return { at, ...(await run("qwen", args, { place: at, env, ...how })) };
}

const COMMAND = { command: "cat notes.txt; echo made > made.txt", is_background: false };
const made = (at) => readFile(path.join(at.project, "made.txt"), "utf8");

for (const model of MODELS) {
  test(`tools over several turns, ${model}`, async () => {
    const { out, code, at } = await qwen(told("run_shell_command", COMMAND), { model });
    assert.equal(code, 0, out);
    assert.match(out, /All is read\./);
    assert.equal(await made(at), "made\n");
  });
}

test("files, several at once, and another turn of the same session", async () => {
  const at = await place({ ".qwen/settings.json": await config("qwen.json") });
  const files = ["one", "two"].map((name) => ({
    file_path: path.join(at.project, `${name}.txt`),
    content: `${name}\n`,
  }));
  const { out, code } = await qwen(told("write_file", files, 1), { at });
  assert.equal(code, 0, out);
  assert.equal(await readFile(files[1].file_path, "utf8"), "two\n", out);
  const more = { command: "cat one.txt two.txt > made.txt", is_background: false };
  const next = await qwen(told("run_shell_command", more, 1), { at, more: ["--continue"] });
  assert.equal(next.code, 0, next.out);
  assert.equal(await made(at), "one\ntwo\n", next.out);
});

test("a refusal is shown", async () => {
  const { out } = await qwen("Fail [[sim status=400]]");
  assert.match(out, /Simulated failure with status 400/);
});

test("an unknown model is shown", async () => {
  const { out } = await qwen("Hi", { model: "no-such-model" });
  assert.match(out, /no-such-model/);
});

test("an unknown key is shown", async () => {
  const { out } = await qwen("Hi", { key: "sk-unknown" });
  assert.match(out, /API key is not known/);
});

// It heeds neither x-should-retry nor the error's code: a 429 is tried seven times, with waits that
// add up to about 80 s.
test("a quota that is spent in the middle of a session is shown", async () => {
  const key = await keyFor(1, "sim-chat");
  const { out, at } = await qwen(told("run_shell_command", COMMAND), { key, seconds: 600 });
  assert.match(out, /quota/i);
  assert.equal(await made(at), "made\n");
});

test("an interrupted answer ends at the provider", async () => {
  await qwen("Tell [[sim tokens=300 gap=216]]", { during: interruptAt("216") });
  await callOf("216", "cancelled");
});
