// Fails when the scripts of a first page (home or the task list, signed in) weigh more than the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 250 * 1000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** Chunks that a first page needs: the application, its route, and one catalogue (the larger). */
function needed(route) {
  const files = new Set();
  const take = (key) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const next of chunk.imports ?? []) take(next);
  };
  take('index.html');
  for (const key of Object.keys(manifest)) if (key.endsWith(`routes/${route}.tsx`) || key.endsWith('locales/ru/index.ts')) take(key);
  return [...files].filter((file) => file.endsWith('.js'));
}

let worst = 0;
for (const route of ['home', 'tasks']) {
  const sizes = needed(route).map((file) => [gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, file]);
  const total = sizes.reduce((sum, [size]) => sum + size, 0);
  worst = Math.max(worst, total);
  for (const [size, file] of sizes.sort(([a], [b]) => b - a).slice(0, 8)) console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${file}`);
  console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  ${route} as the first page, ${sizes.length} files, gzip (budget ${BUDGET / 1000} kB)`);
}
if (worst > BUDGET) process.exit(1);
