// Google's Gemini CLI: generateContent, streamed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { callOf, config, interruptAt, keyFor, MODELS, notesServer, place, run, told, variables } from "../agent.mjs";

async function gemini(prompt, { model = "sim-chat", key, at, more = [], settings = {}, ...how } = {}) {
  const own = JSON.parse(await config("gemini.json"));
  at ??= await place({ ".gemini/settings.json": JSON.stringify({ ...own, ...settings }) });
  const env = { ...(await variables("gemini.env", key)), GEMINI_CLI_TRUST_WORKSPACE: "true" };
  const args = ["--yolo", "-m", model, "-o", "json", ...more, "-p", prompt];
  const { out, code } = await run("gemini", args, { place: at, env, ...how });
  return { at, out, code, said: () => JSON.parse(out.slice(out.indexOf("{\n"))) };
}

const COMMAND = { command: "cat notes.txt; echo made > made.txt", description: "reads" };
const made = (at) => readFile(path.join(at.project, "made.txt"), "utf8");

for (const model of MODELS) {
  test(`tools over several turns, ${model}`, async () => {
    const { out, code, at, said } = await gemini(told("run_shell_command", COMMAND), { model });
    assert.equal(code, 0, out);
    assert.equal(said().response, "All is read.");
    assert.equal(said().stats.tools.byName.run_shell_command.success, 2);
    assert.equal(await made(at), "made\n");
  });
}

test("files, several at once, and another turn of the same session", async () => {
  const at = await place({ ".gemini/settings.json": await config("gemini.json") });
  const files = ["one", "two"].map((name) => ({
    file_path: path.join(at.project, `${name}.txt`),
    content: `${name}\n`,
  }));
  const { out, code } = await gemini(told("write_file", files, 1), { at });
  assert.equal(code, 0, out);
  assert.equal(await readFile(files[0].file_path, "utf8"), "one\n");
  assert.equal(await readFile(files[1].file_path, "utf8"), "two\n");
  const change = { file_path: files[0].file_path, old_string: "one", new_string: "three", instruction: "say three" };
  const next = await gemini(told("replace", change, 1), { at, more: ["--resume", "latest"] });
  assert.equal(next.code, 0, next.out);
  assert.equal(await readFile(files[0].file_path, "utf8"), "three\n", next.out);
});

test("tools of a server", async () => {
  const settings = { mcpServers: { notes: { command: "node", args: [notesServer], trust: true } } };
  const { out, code, said } = await gemini(told("mcp_notes_read_note", { title: "a" }, 1), { settings });
  assert.equal(code, 0, out);
  assert.equal(said().response, "All is read.");
  assert.equal(said().stats.tools.totalSuccess, 1, out);
});

test("a refusal is shown", async () => {
  const { out, code } = await gemini("Fail [[sim status=400]]");
  assert.notEqual(code, 0);
  assert.match(out, /Simulated failure with status 400/);
});

test("an unknown model is shown", async () => {
  const { out, code } = await gemini("Hi", { model: "no-such-model" });
  assert.notEqual(code, 0);
  assert.match(out, /no-such-model/);
});

test("an unknown key is shown", async () => {
  const { out, code } = await gemini("Hi", { key: "sk-unknown" });
  assert.notEqual(code, 0);
  assert.match(out, /API key is not known/);
});

test("a quota that is spent in the middle of a session is shown and not waited for", async () => {
  const key = await keyFor(1, "sim-chat");
  const { out, code, at } = await gemini(told("run_shell_command", COMMAND), { key });
  assert.notEqual(code, 0);
  assert.match(out, /quota/i);
  assert.equal(await made(at), "made\n");
});

test("a stream that breaks is no answer", async () => {
  const { said, out } = await gemini("Fail [[sim tokens=20 error_at=9]]");
  assert.equal(said().error.type, "INVALID_STREAM", out);
});

test("an interrupted answer ends at the provider", async () => {
  await gemini("Tell [[sim tokens=300 gap=214]]", { during: interruptAt("214") });
  await callOf("214", "cancelled");
});
