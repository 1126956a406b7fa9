// Packs what was built beside itself (the server sends x.gz to who takes it) and holds the first
// load to its budget.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_BYTES = 350 * 1024;
const dist = fileURLToPath(new URL('../dist', import.meta.url));

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const sizes = new Map();
for (const path of files(dist)) {
  if (/\.(js|css|html|svg|json)$/.test(path)) {
    const packed = gzipSync(readFileSync(path), { level: 9 });
    writeFileSync(`${path}.gz`, packed);
    sizes.set(path.slice(dist.length), packed.length);
  }
}
const page = readFileSync(join(dist, 'index.html'), 'utf8');
if (/<style|<script(?![^>]*\ssrc=)|\sstyle=/.test(page)) {
  throw new Error('index.html has inline style or script, which the server forbids.');
}
const first = [...sizes].filter(([path]) => path === '/index.html' || page.includes(path));
const total = first.reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`first load: ${Math.round(total / 1024)} KB packed, of ${BUDGET_BYTES / 1024} KB`);
if (total > BUDGET_BYTES) {
  throw new Error(`the first load is over its budget: ${JSON.stringify(first)}`);
}
