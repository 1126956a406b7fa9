// A server of tools for agents (MCP over standard input and output) with one tool.

import { createInterface } from "node:readline";

const TOOL = {
  name: "read_note",
  description: "Reads a note",
  inputSchema: { type: "object", properties: { title: { type: "string" } }, required: ["title"] },
};

const METHODS = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "notes", version: "1" },
  }),
  ping: () => ({}),
  "tools/list": () => ({ tools: [TOOL] }),
  "tools/call": ({ arguments: { title } }) => ({
    content: [{ type: "text", text: `the note ${title} says 42` }],
  }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const answer = METHODS[method]
    ? { result: METHODS[method](params ?? {}) }
    : { error: { code: -32601, message: `no method ${method}` } };
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...answer }) + "\n");
}
