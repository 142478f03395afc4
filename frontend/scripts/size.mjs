// Fails when the scripts of the first route (the task list, signed in) weigh more than the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 250 * 1000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const files = new Set();
function take(key) {
  const chunk = manifest[key];
  if (!chunk || files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const next of chunk.imports ?? []) take(next);
}
take('index.html');
// What the first screen adds: its route chunk and one catalogue (the larger).
for (const key of Object.keys(manifest)) {
  if (/routes\/tasks\.tsx$/.test(key) || /locales\/ru\/index\.ts$/.test(key)) take(key);
}

let total = 0;
for (const file of files) {
  if (!file.endsWith('.js')) continue;
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += size;
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
}
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  first route, gzip (budget ${BUDGET / 1000} kB)`);
if (total > BUDGET) process.exit(1);
