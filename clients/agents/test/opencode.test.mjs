// opencode with each of its kinds of providers.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { config, place, run, told } from "../agent.mjs";

async function opencode(model, prompt) {
  const at = await place({ "project/opencode.json": await config("opencode.json") });
  const env = { OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_AUTOUPDATE: "1" };
  // by its input, because it quotes what stands in its arguments
  const args = ["run", "-m", model, "--print-logs", "--log-level", "ERROR", "Please"];
  return { ...at, ...(await run("opencode", args, { place: at, env, input: prompt })) };
}

for (const model of [
  "sluice/sim-chat",
  "sluice-responses/sim-reasoner",
  "sluice-messages/sim-reasoner",
]) {
  test(`tools over several turns, ${model}`, async () => {
    const command = { command: "cat notes.txt; echo made > made.txt", description: "reads" };
    const { out, code, project } = await opencode(model, told("bash", command));
    assert.equal(code, 0, out);
    assert.equal(out.split("the notes say 42").length, 3, out);
    assert.match(out, /All is read\./);
    assert.doesNotMatch(out, /level=ERROR/);
    assert.equal(await readFile(path.join(project, "made.txt"), "utf8"), "made\n");
  });
}

test("a refusal is shown", async () => {
  const { out } = await opencode("sluice/sim-chat", "Fail [[sim status=400]]");
  assert.match(out, /Simulated failure with status 400/);
});
