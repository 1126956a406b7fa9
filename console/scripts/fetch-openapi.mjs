// Takes the management API's description from a running server: npm run api [URL]
import { writeFileSync } from 'node:fs';

const url = process.argv[2] ?? process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const answer = await fetch(`${url}/openapi.json`);
if (!answer.ok) {
  throw new Error(`${url}/openapi.json answered ${answer.status}`);
}
const document = await answer.json();
// Only what the console calls as a client: the data plane has no shapes there worth types.
const own = Object.entries(document.paths).filter(
  ([path]) => path.startsWith('/admin/') || path.startsWith('/api/'),
);
document.paths = Object.fromEntries(own);
writeFileSync(
  new URL('../openapi.json', import.meta.url),
  JSON.stringify(document, null, 1) + '\n',
);
console.log(`openapi.json: ${own.length} paths of ${url}`);
