// Qwen Code: chat, streamed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { place, run, told, variables } from "../agent.mjs";

async function qwen(prompt) {
  const at = await place({});
  const args = ["--auth-type", "openai", "-y", "-p", prompt];
  return { ...at, ...(await run("qwen", args, { place: at, env: await variables("qwen.env") })) };
}

test("tools over several turns", async () => {
  const command = { command: "cat notes.txt; echo made > made.txt", is_background: false };
  const { out, code, project } = await qwen(told("run_shell_command", command));
  assert.equal(code, 0, out);
  assert.match(out, /All is read\./);
  assert.equal(await readFile(path.join(project, "made.txt"), "utf8"), "made\n");
});

test("a refusal is shown", async () => {
  const { out } = await qwen("Fail [[sim status=400]]");
  assert.match(out, /Simulated failure with status 400/);
});
