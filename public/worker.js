// Keeps the page's own files, so that it opens at once and without network. Rows are none of its business.

/** One for each place: two taverns may share a host. */
const CACHE = `tavern-page ${new URL('./', location).pathname}`;
/** The addresses of the page itself. */
const PAGE = ['./', 'index.html'].map((path) => new URL(path, location).pathname);
/** Files whose names stay the same when they change. */
const UNNAMED = ['./', 'boot.js', 'doctor.js', 'report.js', 'manifest.webmanifest', 'icon.svg', 'icon-unread.svg'];

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(renew());
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('message', (event) => event.data === 'look' && event.waitUntil(renew()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.endsWith('/config.json')) {
    event.respondWith(freshest(request));
  } else if (request.mode === 'navigate') {
    if (!PAGE.includes(url.pathname)) return;
    // What is kept is shown at once; whether there is a newer page is seen after that.
    event.respondWith(kept('./'));
    event.waitUntil(renew());
  } else {
    event.respondWith(kept(request));
  }
});

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function freshest(request) {
  const cache = await caches.open(CACHE);
  try {
    // A network that is there but dead must not keep the page from opening with what is kept.
    const patience = (await cache.match('config.json')) ? 700 : 10_000;
    const answer = await fetch(request, { signal: AbortSignal.timeout(patience) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    JSON.parse(await answer.clone().text());
    await cache.put('config.json', answer.clone());
    return answer;
  } catch (error) {
    const old = await cache.match('config.json');
    if (old) return old;
    throw error;
  }
}

/** Takes a newer page with all its files, and says so. */
async function renew() {
  const cache = await caches.open(CACHE);
  let newest;
  try {
    newest = await Promise.all(UNNAMED.map((path) => fetch(path, { cache: 'no-cache' })));
  } catch {
    return;
  }
  if (newest.some((answer) => !answer.ok || answer.redirected)) return;
  const old = await Promise.all(UNNAMED.map(async (path) => (await cache.match(path))?.text()));
  const texts = await Promise.all(newest.map((answer) => answer.clone().text()));
  if (texts.every((text, index) => text === old[index])) return;
  const named = [...texts[0].matchAll(/(?:href|src|data-js|data-wasm)="([^"#?:]+)"/g)].map(([, path]) => path);
  const files = [...new Set(named)].filter((path) => !UNNAMED.some((unnamed) => path.endsWith(`/${unnamed}`)));
  const missing = [];
  for (const path of files) if (!(await cache.match(path))) missing.push(path);
  await cache.addAll(missing);
  const config = await fetch('config.json').catch(() => null);
  if (config?.ok) await cache.put('config.json', config);
  await Promise.all(UNNAMED.map((path, index) => cache.put(path, newest[index])));
  const wanted = new Set([...files, ...UNNAMED, 'config.json'].map((path) => new URL(path, location).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  if (old[0] === undefined) return;
  for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage('newer');
}
