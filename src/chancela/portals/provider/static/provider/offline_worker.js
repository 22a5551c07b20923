/* Keeps the shell of the offline desk and nothing about people; shows it where the portal does not answer. */
const SHELF = `chancela-desk-${SHELL.version}`;
const MINE = "chancela-desk-";
const PATIENCE_MS = 8_000; // a portal from which nothing comes for so long is away
const AWAY = [502, 503, 504];

self.addEventListener("install", (event) => {
  const fresh = [...SHELL.kept, SHELL.offline].map((each) => new Request(each, { cache: "reload", redirect: "error" }));
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== SHELF) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

const kept = (address) => caches.match(address, { cacheName: SHELF });

const arrived = (request) => Promise.race([fetch(request), new Promise((_, fail) => { setTimeout(fail, PATIENCE_MS); })]);

const page = async (request) => {
  try {
    const answer = await arrived(request);
    return AWAY.includes(answer.status) ? await kept(SHELL.offline) || answer : answer;
  } catch (fault) {
    const shown = await kept(SHELL.offline);
    if (shown) return shown;
    throw fault;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  /* forms go by the browser itself: what it says of where they come from stays true */
  if (origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate" && pathname !== SHELL.offline) {
    if (pathname.startsWith(SHELL.home)) event.respondWith(page(request));
  } else if (pathname === SHELL.offline || SHELL.kept.includes(pathname)) {
    event.respondWith(kept(pathname).then((found) => found || fetch(request)));
  }
});
