// OpenAI's Codex: responses, with reasoning and tools it runs itself.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { callOf, config, interruptAt, keyFor, MODELS, notesServer, place, run, told } from "../agent.mjs";

const USUAL = ["exec", "--json", "--skip-git-repo-check", "-s", "danger-full-access"];

const asked = (model) => (text) => text.replace("sim-chat", model);

async function codex(prompt, { change = (text) => text, more = [], at, ...how } = {}) {
  at ??= await place({ ".codex/config.toml": change(await config("codex.toml")) });
  const { out, code } = await run("codex", [...USUAL, ...more, prompt], { place: at, ...how });
  const events = out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const items = events.filter((e) => e.type === "item.completed").map((e) => e.item);
  const failure = events.find((e) => e.type === "turn.failed")?.error.message;
  return { at, events, items, failure, code, out };
}

const COMMAND = { cmd: "cat notes.txt; echo made > made.txt" };
const made = (at) => readFile(path.join(at.project, "made.txt"), "utf8");

for (const model of MODELS) {
  test(`tools over several turns, ${model}`, async () => {
    const { at, events, items, code, out } = await codex(told("exec_command", COMMAND), { change: asked(model) });
    assert.equal(code, 0, out);
    const ran = items.filter((item) => item.type === "command_execution");
    assert.deepEqual(ran.map((item) => item.aggregated_output), Array(2).fill("the notes say 42\n"), out);
    assert.equal(items.at(-1).text, "All is read.");
    assert.equal(await made(at), "made\n");
    const { usage } = events.find((e) => e.type === "turn.completed");
    assert.ok(usage.input_tokens > 1000 && usage.output_tokens > 0, JSON.stringify(usage));
  });
}

test("several tools at once, and another turn of the same session", async () => {
  const commands = [{ cmd: "cat notes.txt" }, { cmd: "echo made > made.txt" }];
  const { at, items, code, out } = await codex(told("exec_command", commands, 1));
  assert.equal(code, 0, out);
  assert.equal(items.filter((item) => item.type === "command_execution").length, 2, out);
  assert.equal(await made(at), "made\n");
  const next = await codex(told("exec_command", { cmd: "cat made.txt" }, 1), {
    at,
    more: ["resume", "--last"],
  });
  assert.equal(next.code, 0, next.out);
  assert.ok(next.items.some((item) => item.aggregated_output === "made\n"), next.out);
});

test("an answer of a form", async () => {
  const at = await place({
    ".codex/config.toml": await config("codex.toml"),
    "schema.json": JSON.stringify({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    }),
  });
  const { items, code, out } = await codex("Which?", {
    at,
    more: ["--output-schema", path.join(at.home, "schema.json")],
  });
  assert.equal(code, 0, out);
  assert.ok(JSON.parse(items.at(-1).text).city, out);
});

test("it falls back from WebSockets", async () => {
  const { events, code, out } = await codex('[[sim text="Here I am."]]', {
    change: (text) =>
      text.replace('wire_api = "responses"', 'wire_api = "responses"\nsupports_websockets = true'),
  });
  assert.equal(code, 0, out);
  assert.ok(out.includes("Here I am."), out);
  assert.ok(!events.some((e) => e.type === "turn.failed"));
});

test("a refusal is shown and not repeated", async () => {
  const { events, failure, code } = await codex("Fail [[sim status=400]]");
  assert.notEqual(code, 0);
  assert.match(failure, /Simulated failure with status 400/);
  assert.ok(!events.some((e) => /Reconnecting/.test(e.message ?? "")));
});

test("an unknown model is shown", async () => {
  const { failure, code } = await codex("Hi", { change: asked("no-such-model") });
  assert.notEqual(code, 0);
  assert.match(failure, /no-such-model/);
});

test("an unknown key is shown", async () => {
  const { failure, code, out } = await codex("Hi", { env: { SLUICE_KEY: "sk-unknown" } });
  assert.notEqual(code, 0);
  assert.match(failure ?? out, /API key is not known/);
});

test("a quota that is spent in the middle of a session is shown and not asked again", async () => {
  const key = await keyFor(1, "sim-chat");
  const { at, events, failure, code, out } = await codex(told("exec_command", COMMAND), {
    env: { SLUICE_KEY: key },
  });
  assert.notEqual(code, 0);
  assert.match(failure ?? out, /[Qq]uota/);
  assert.equal(await made(at), "made\n");
  assert.ok(!events.some((e) => /Reconnecting/.test(e.message ?? "")), out);
});

test("a stream that breaks is tried again, then shown", async () => {
  const { events, failure, code } = await codex("Fail [[sim tokens=20 error_at=9]]");
  assert.notEqual(code, 0);
  assert.ok(events.some((e) => /Reconnecting... 5\/5/.test(e.message ?? "")));
  assert.match(failure, /upstream failed/);
});

test("an interrupted answer ends at the provider", async () => {
  await codex("Tell [[sim tokens=300 gap=213]]", { during: interruptAt("213") });
  await callOf("213", "cancelled");
});

/** One server of tools, as its users write it down. */
const withNotes = (text) => `${text}
[mcp_servers.notes]
command = "node"
args = ["${notesServer}"]
`;

for (const model of ["sim-chat", "by-responses"]) {
  test(`it finds and calls the tools of a server, ${model}`, async () => {
    const change = (text) => withNotes(asked(model)(text));
    const { items, code, out } = await codex(
      told("mcp__notes__read_note", { title: "a" }, 1),
      { change },
    );
    assert.equal(code, 0, out);
    const call = items.find((item) => item.type === "mcp_tool_call");
    assert.match(JSON.stringify(call), /the note a says 42/, out);
    assert.equal(items.at(-1).text, "All is read.");
  });
}

// Codex knows this name, and offers such models one tool that runs scripts, in an item of the input.
test("a model it knows by name, at a provider that speaks another dialect", async () => {
  const script = "const done = await tools.exec_command({ cmd: \"cat notes.txt; echo made > made.txt\" }); text(done);";
  const { at, items, code, out } = await codex(
    `[[sim call=exec args='${script}' rounds=1 text="All is read."]]`,
    { change: asked("gpt-6-sol") },
  );
  assert.equal(code, 0, out);
  assert.equal(items.at(-1).text, "All is read.");
  assert.equal(await made(at), "made\n", out);
});
