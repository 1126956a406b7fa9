// The snippets of docs/guides/sdks.md run as a reader would run them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { settings, test } from "../harness.mjs";

const folder = fileURLToPath(new URL("../snippets/", import.meta.url));
const expected = { "chat.mjs": /\S/, "cost.mjs": /^request \S+$/m, "stream.mjs": /tokens: \d+/ };

for (const name of readdirSync(folder)) {
  test(`snippet ${name}`, { unbilled: true }, async () => {
    const env = {
      ...process.env,
      OPENAI_BASE_URL: settings.baseUrl,
      OPENAI_API_KEY: settings.key,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [folder + name], { env });
    assert.match(stdout, expected[name]);
    if (settings.isSluice) assert.doesNotMatch(stdout, /null/);
  });
}
