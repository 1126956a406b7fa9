// Google's Gemini CLI: generateContent, streamed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { config, place, run, told, variables } from "../agent.mjs";

async function gemini(prompt, model = "sim-chat") {
  const at = await place({ ".gemini/settings.json": await config("gemini.json") });
  const env = { ...(await variables("gemini.env")), GEMINI_CLI_TRUST_WORKSPACE: "true" };
  const args = ["--yolo", "-m", model, "-o", "json", "-p", prompt];
  return { ...at, ...(await run("gemini", args, { place: at, env })) };
}

for (const model of ["sim-chat", "sim-reasoner"]) {
  test(`tools over several turns, ${model}`, async () => {
    const command = { command: "cat notes.txt; echo made > made.txt", description: "reads" };
    const { out, code, project } = await gemini(told("run_shell_command", command), model);
    assert.equal(code, 0, out);
    const said = JSON.parse(out.slice(out.indexOf("{\n")));
    assert.equal(said.response, "All is read.");
    assert.equal(said.stats.tools.byName.run_shell_command.success, 2);
    assert.equal(await readFile(path.join(project, "made.txt"), "utf8"), "made\n");
  });
}

test("a refusal is shown", async () => {
  const { out, code } = await gemini("Fail [[sim status=400]]");
  assert.notEqual(code, 0);
  assert.match(out, /Simulated failure with status 400/);
});

test("a stream that breaks is no answer", async () => {
  const { out } = await gemini("Fail [[sim tokens=20 error_at=9]]");
  assert.equal(JSON.parse(out.slice(out.indexOf("{\n"))).error.type, "INVALID_STREAM", out);
});
