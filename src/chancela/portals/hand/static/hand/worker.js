/* Keeps the shell of the pages and nothing about people; shows an honest page where there is no signal. */
const SHELF = `chancela-${SHELL.home}-${SHELL.version}`;
const MINE = `chancela-${SHELL.home}-`;
const PATIENCE_MS = 10_000; // a signal over which nothing comes for so long is none
const HELP = new URL(SHELL.help, self.location).pathname;

self.addEventListener("install", (event) => {
  const fresh = [...SHELL.kept, SHELL.offline, SHELL.help].map((each) => new Request(each, { cache: "reload" }));
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== SHELF) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

const arrived = (request) => Promise.race([fetch(request), new Promise((_, fail) => { setTimeout(fail, PATIENCE_MS); })]);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || request.method !== "GET") return;
  if (request.mode === "navigate") {
    const page = pathname === HELP ? SHELL.help : SHELL.offline;
    event.respondWith(arrived(request).catch(() => caches.match(page, { cacheName: SHELF })));
  } else if (SHELL.kept.includes(pathname)) {
    event.respondWith(caches.match(pathname, { cacheName: SHELF }).then((kept) => kept || fetch(request)));
  }
});

/* the note never has the digits; whatever comes, something is shown, as browsers ask */
self.addEventListener("push", (event) => {
  let note = {};
  try { note = event.data.json(); } catch { /* not from us, or empty */ }
  const shown = { body: note.body || "", tag: note.tag || "codes", icon: SHELL.icon, badge: SHELL.badge };
  event.waitUntil(self.registration.showNotification(note.title || SHELL.title, shown));
});

/* a tap leads to the codes of this operator, wherever the note came from */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    const windows = await self.clients.matchAll({ type: "window" });
    const here = windows.find((each) => new URL(each.url).pathname.startsWith(SHELL.home));
    if (!here) return self.clients.openWindow(SHELL.home);
    await here.focus();
    return here.navigate(SHELL.home);
  };
  event.waitUntil(open());
});
