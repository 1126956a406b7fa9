// opencode with each of its kinds of providers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { callOf, config, interruptAt, keyFor, notesServer, place, run, told } from "../agent.mjs";

async function opencode(model, prompt, { change = (text) => text, more = [], at, ...how } = {}) {
  at ??= await place({ "project/opencode.json": change(await config("opencode.json")) });
  const env = { OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1", ...how.env };
  // by its input, because it quotes what stands in its arguments
  const args = ["run", "-m", model, "--print-logs", "--log-level", "ERROR", ...more, "Please"];
  return { at, ...(await run("opencode", args, { place: at, input: prompt, ...how, env })) };
}

const COMMAND = { command: "cat notes.txt; echo made > made.txt", description: "reads" };
const made = (at) => readFile(path.join(at.project, "made.txt"), "utf8");

for (const [provider, model] of [
  ["sluice", "sim-chat"],
  ["sluice", "by-messages"],
  ["sluice-responses", "sim-reasoner"],
  ["sluice-responses", "by-responses"],
  ["sluice-responses", "by-gemini"],
  ["sluice-messages", "sim-reasoner"],
  ["sluice-messages", "by-messages"],
]) {
  test(`tools over several turns, ${provider}/${model}`, async () => {
    const { out, code, at } = await opencode(`${provider}/${model}`, told("bash", COMMAND), {
      change: (text) => text.replaceAll('"sim-reasoner"', `"${model}"`).replace('"sim-chat": {}', `"${model}": {}`),
    });
    assert.equal(code, 0, out);
    assert.equal(out.split("the notes say 42").length, 3, out);
    assert.match(out, /All is read\./);
    assert.doesNotMatch(out, /level=ERROR/);
    assert.equal(await made(at), "made\n");
  });
}

test("files, several at once, and another turn of the same session", async () => {
  const at = await place({ "project/opencode.json": await config("opencode.json") });
  const files = ["one", "two"].map((name) => ({
    filePath: path.join(at.project, `${name}.txt`),
    content: `${name}\n`,
  }));
  const { out, code } = await opencode("sluice/sim-chat", told("write", files, 1), { at });
  assert.equal(code, 0, out);
  assert.equal(await readFile(files[1].filePath, "utf8"), "two\n", out);
  const change = { filePath: files[0].filePath, oldString: "one", newString: "three" };
  const next = await opencode("sluice/sim-chat", told("edit", change, 1), { at, more: ["--continue"] });
  assert.equal(next.code, 0, next.out);
  assert.equal(await readFile(files[0].filePath, "utf8"), "three\n", next.out);
});

test("tools of a server", async () => {
  const change = (text) =>
    JSON.stringify({
      ...JSON.parse(text),
      mcp: { notes: { type: "local", command: ["node", notesServer], enabled: true } },
    });
  const { out, code } = await opencode("sluice/sim-chat", told("notes_read_note", { title: "a" }, 1), { change });
  assert.equal(code, 0, out);
  assert.match(out, /All is read\./);
  assert.match(out, /notes_read_note/);
});

test("a refusal is shown", async () => {
  const { out } = await opencode("sluice/sim-chat", "Fail [[sim status=400]]");
  assert.match(out, /Simulated failure with status 400/);
});

for (const provider of ["sluice", "sluice-responses", "sluice-messages"]) {
  test(`an unknown key is shown, ${provider}`, async () => {
    const model = provider === "sluice" ? "sim-chat" : "sim-reasoner";
    const env = { SLUICE_KEY: "sk-unknown" };
    const { out } = await opencode(`${provider}/${model}`, "Hi", { env });
    assert.match(out, /API key is not known/);
  });

  test(`a quota that is spent in the middle of a session is shown, ${provider}`, async () => {
    const model = provider === "sluice" ? "sim-chat" : "sim-reasoner";
    const env = { SLUICE_KEY: await keyFor(1, model) };
    const { out, at } = await opencode(`${provider}/${model}`, told("bash", COMMAND), { env });
    assert.match(out, /quota/i);
    assert.equal(await made(at), "made\n");
  });
}

test("an unknown model is shown", async () => {
  const change = (text) => text.replace('"sim-chat": {}', '"no-such-model": {}');
  const { out } = await opencode("sluice/no-such-model", "Hi", { change });
  assert.match(out, /'no-such-model' does not exist/);
});

test("an interrupted answer ends at the provider", async () => {
  await opencode("sluice/sim-chat", "Tell [[sim tokens=300 gap=215]]", { during: interruptAt("215") });
  await callOf("215", "cancelled");
});
