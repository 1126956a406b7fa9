// OpenAI's Codex: responses, with reasoning and tools it runs itself.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { config, place, run, told } from "../agent.mjs";

async function codex(prompt, change = (text) => text) {
  const at = await place({ ".codex/config.toml": change(await config("codex.toml")) });
  const args = ["exec", "--json", "--skip-git-repo-check", "-s", "danger-full-access", prompt];
  const { out, code } = await run("codex", args, { place: at });
  const events = out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return { ...at, events, code, out };
}

const COMMAND = { cmd: "cat notes.txt; echo made > made.txt" };

for (const model of ["sim-chat", "sim-reasoner"]) {
  test(`tools over several turns, ${model}`, async () => {
    const { events, code, project, out } = await codex(told("exec_command", COMMAND), (text) =>
      text.replace("sim-chat", model),
    );
    assert.equal(code, 0, out);
    const items = events.filter((e) => e.type === "item.completed").map((e) => e.item);
    const ran = items.filter((item) => item.type === "command_execution");
    assert.deepEqual(ran.map((item) => item.aggregated_output), Array(2).fill("the notes say 42\n"));
    assert.equal(items.at(-1).text, "All is read.");
    assert.equal(await readFile(path.join(project, "made.txt"), "utf8"), "made\n");
    const { usage } = events.find((e) => e.type === "turn.completed");
    assert.ok(usage.input_tokens > 1000 && usage.output_tokens > 0, JSON.stringify(usage));
  });
}

test("it falls back from WebSockets", async () => {
  const { events, code, out } = await codex('[[sim text="Here I am."]]', (text) =>
    text.replace('wire_api = "responses"', 'wire_api = "responses"\nsupports_websockets = true'),
  );
  assert.equal(code, 0, out);
  assert.ok(out.includes("Here I am."), out);
  assert.ok(!events.some((e) => e.type === "turn.failed"));
});

test("a refusal is shown and not repeated", async () => {
  const { events, code } = await codex("Fail [[sim status=400]]");
  assert.notEqual(code, 0);
  const failed = events.find((e) => e.type === "turn.failed");
  assert.match(failed.error.message, /Simulated failure with status 400/);
  assert.ok(!events.some((e) => /Reconnecting/.test(e.message ?? "")));
});

test("an unknown model is shown", async () => {
  const { events, code } = await codex("Hi", (text) => text.replace("sim-chat", "no-such-model"));
  assert.notEqual(code, 0);
  assert.match(events.find((e) => e.type === "turn.failed").error.message, /no-such-model/);
});

test("a stream that breaks is tried again, then shown", async () => {
  const { events, code } = await codex("Fail [[sim tokens=20 error_at=9]]");
  assert.notEqual(code, 0);
  assert.ok(events.some((e) => /Reconnecting... 5\/5/.test(e.message ?? "")));
  assert.match(events.find((e) => e.type === "turn.failed").error.message, /upstream failed/);
});
