// House rules that the type checker does not know. Each complaint says what to do instead.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src', import.meta.url));
const RULES = [
  [/dangerouslySetInnerHTML|\.innerHTML\s*=/, 'build elements: text of others is never markup'],
  [/\beval\(|new Function\(/, 'the content security policy forbids it'],
  [/^\s*console\.(log|debug)\(/, 'leave no traces in the browser console'],
  [/https?:\/\/(?!127\.0\.0\.1|localhost|www\.w3\.org)[a-z]/, 'nothing is loaded from elsewhere'],
  [/:\s*any\s*([;,)=\]|>]|$)|\bas any\s*([;,)\]|>.]|$)|<any>/, 'use unknown and narrow it'],
  [/@ts-(ignore|nocheck)/, 'mend the type'],
  [/parseFloat\([^)]*(usd|cost|amount)|Number\([^)]*(_usd|cost|amount)/i,
    'money is a decimal string: use src/format/money.ts'],
  [/(^|[^\p{L}])([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(e[mnrs]?)?)(?!\p{L})/u,
    'the German texts say Sie: texts to models, which do not, have no such word'],
  [/tabIndex=\{[1-9]/, 'let the order of the page be the order of the keyboard'],
];
const LINES_MAX = 500;

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const complaints = [];
for (const path of files(root).filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const where = relative(root, path);
  if (lines.length > LINES_MAX) {
    complaints.push(`${where}: ${lines.length} lines; split by subject`);
  }
  lines.forEach((line, index) => {
    const allowed = line.includes('lint: ') || lines[index - 1]?.includes('// lint: ');
    for (const [pattern, advice] of allowed ? [] : RULES) {
      if (pattern.test(line)) {
        complaints.push(`${where}:${index + 1}: ${advice}: ${line.trim()}`);
      }
    }
  });
}
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
