// Runs an agent without a terminal, in an empty home and a folder of its own, with nothing but the
// configuration that docs/guides/agents.md shows.

import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { mkdtemp, readFile, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const origin = new URL(process.env.SLUICE_BASE_URL).origin;
export const key = process.env.SLUICE_KEY;

/** A server of tools that an agent starts itself. */
export const notesServer = path.join(here, "notes-server.mjs");

/** Models whose providers speak each of the dialects. */
export const MODELS = ["sim-chat", "sim-reasoner", "by-messages", "by-responses", "by-gemini"];

/** A file of the guide, with this Sluice and this key in place of the guide's. */
export async function config(name, ofKey = key) {
  const text = await readFile(path.join(here, "config", name), "utf8");
  return text.replaceAll("http://127.0.0.1:8080", origin).replaceAll("sk-sluice-…", ofKey);
}

/** A file of variables of the guide. */
export async function variables(name, ofKey) {
  const lines = (await config(name, ofKey)).split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

const HOMES = "sluice-agent-";
const homes = [];

function remove(home) {
  try {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // another user's, or an agent's child still writes: for a later run
  }
}

function isOver(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (e) {
    return e.code === "ESRCH";
  }
}

// those that a killed run could not remove at its end
for (const name of readdirSync(tmpdir())) {
  const pid = name.startsWith(HOMES) && Number.parseInt(name.slice(HOMES.length), 10);
  if (pid && isOver(pid)) remove(path.join(tmpdir(), name));
}
process.on("exit", () => homes.forEach(remove));

/** A home with these files, and a project with one file to read; it goes with this process. */
export async function place(files) {
  const home = await mkdtemp(path.join(tmpdir(), `${HOMES}${process.pid}-`));
  homes.push(home);
  const project = path.join(home, "project");
  await mkdir(project);
  await writeFile(path.join(project, "notes.txt"), "the notes say 42\n");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, name)), { recursive: true });
    await writeFile(path.join(home, name), text);
  }
  return { home, project };
}

/** Runs one to its end; what it said on both channels, and its exit code. */
export function run(command, args, { place, env = {}, input = "", seconds = 240, during }) {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(here, "node_modules", ".bin", command), args, {
      cwd: place.project,
      env: {
        PATH: process.env.PATH,
        HOME: place.home,
        NO_PROXY: "*",
        TERM: "dumb",
        SLUICE_KEY: key,
        ...env,
      },
      detached: true,
    });
    // with what it has started itself
    const end = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch (e) {
        if (e.code !== "ESRCH") throw e;
      }
    };
    let out = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (out += data));
    child.on("error", reject);
    child.stdin.end(input);
    const timer = setTimeout(() => {
      end("SIGKILL");
      reject(new Error(`${command} was not done after ${seconds} s: ${out}`));
    }, seconds * 1000);
    during?.(end).catch((e) => {
      end("SIGKILL");
      reject(e);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ out, code });
    });
  });
}

/** A prompt after which the simulated model calls a tool in so many rounds, and then speaks. */
export const told = (tool, args, rounds = 2) =>
  `[[sim call=${tool} args='${JSON.stringify(args)}' rounds=${rounds} text="All is read."]]`;

async function fetched(url, init) {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text;
}

async function manage(path, body) {
  const headers = {
    authorization: `Bearer ${process.env.SLUICE_ADMIN_KEY}`,
    "content-type": "application/json",
  };
  const init = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
  return JSON.parse(await fetched(`${process.env.SLUICE_URL}/admin/v1/${path}`, init));
}

let keys = 0;

/** A key that may make so many calls of one model. */
export async function keyFor(calls, model) {
  const label = `agents-${process.pid}-${++keys}`;
  const { data } = await manage("teams");
  const made = await manage("keys", {
    label,
    team: data[0].name,
    owner: "service:agents",
    environment: "development",
  });
  await manage("quotas", {
    name: label,
    scope: { key: label, model },
    unit: "requests",
    limit: `${calls}`,
    window: { lifetime: true },
    at_limit: "block",
  });
  return made.key;
}

/**
 * Waits for a call at the simulated provider.
 *
 * @param mark part of the directives of no other call
 */
export async function callOf(mark, outcome, seconds = 60) {
  for (let i = 0; i < seconds * 5; i++) {
    const journal = await fetched(`${process.env.SLUICE_SIM_URL}/sim/journal?since=0`);
    const call = journal
      .split("\n")
      .filter((line) => line.includes(mark))
      .map((line) => JSON.parse(line))
      .find((call) => call.outcome === outcome);
    if (call) return call;
    await sleep(200);
  }
  throw new Error(`no call with ${mark} was ${outcome} after ${seconds} s`);
}

/** For `during`: interrupts an agent while an answer is on its way, as its user would. */
export const interruptAt = (mark) => async (end) => {
  await callOf(mark, "open");
  end("SIGINT");
};
