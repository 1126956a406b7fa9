// Runs an agent without a terminal, in an empty home and a folder of its own, with nothing but the
// configuration that docs/guides/agents.md shows.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
export const origin = new URL(process.env.SLUICE_BASE_URL).origin;
export const key = process.env.SLUICE_KEY;

/** A file of the guide, with this Sluice and this key in place of the guide's. */
export async function config(name) {
  const text = await readFile(path.join(here, "config", name), "utf8");
  return text.replaceAll("http://127.0.0.1:8080", origin).replaceAll("sk-sluice-…", key);
}

/** A file of variables of the guide. */
export async function variables(name) {
  const lines = (await config(name)).split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

/** A home with these files, and a project with one file to read. */
export async function place(files) {
  const home = await mkdtemp(path.join(tmpdir(), "sluice-agent-"));
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
export function run(command, args, { place, env = {}, input = "", seconds = 240 }) {
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
    });
    let out = "";
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => (out += data));
    child.on("error", reject);
    child.stdin.end(input);
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${command} was not done after ${seconds} s: ${out}`));
    }, seconds * 1000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ out, code });
    });
  });
}

/** A prompt after which the simulated model calls a tool in two rounds, and then speaks. */
export const told = (tool, args) =>
  `[[sim call=${tool} args='${JSON.stringify(args)}' rounds=2 text="All is read."]]`;
