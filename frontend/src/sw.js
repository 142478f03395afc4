// The pages without a line. Keeps the files of one build (the names are filled in by vite.config.ts);
// never an answer of the API, and nothing but what the server gives to everybody.
const VERSION = '__VERSION__';
const FILES = ['__FILES__'];
const CACHE = `tasktrack-${VERSION}`;
const NOT_OURS = /^\/(api|ws|docs|health|metrics|problems|\.well-known)(\/|$)|^\/openapi\.json$/;

self.addEventListener('install', (event) => event.waitUntil(fill()));
async function fill() {
  const cache = await caches.open(CACHE);
  for (const file of FILES) {
    // Names under assets/ change with their content, the others are asked for anew.
    const kept = file.startsWith('/assets/') ? await caches.match(file) : undefined;
    if (kept) await cache.put(file, kept);
    else await cache.add(new Request(file, { cache: file.startsWith('/assets/') ? 'default' : 'reload' }));
  }
}

self.addEventListener('activate', (event) => event.waitUntil(begin()));
async function begin() {
  for (const name of await caches.keys()) if (name.startsWith('tasktrack-') && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || NOT_OURS.test(url.pathname)) return;
  const page = request.mode === 'navigate' && !url.pathname.split('/').pop().includes('.');
  if (page) event.respondWith(answer('/', request));
  else if (FILES.includes(url.pathname) || url.pathname.startsWith('/assets/')) event.respondWith(answer(url.pathname, request));
});
async function answer(file, request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(file);
  if (kept) return kept;
  const fresh = await fetch(request);
  // A rarer face of a font, met for the first time.
  if (fresh.ok && file.startsWith('/assets/')) void cache.put(file, fresh.clone());
  return fresh;
}
