/* What this computer keeps for hours without the portal, and how it is closed.

   Two points of P-256: one is the house's, and what is closed to it no script here opens again (the records with their
   codes); the other is this computer's own, and its private half lies under a PIN and under a key that no script reads
   out (WebCrypto, not extractable). So whoever has no PIN may write here and send, and read nothing. */
"use strict";
const deskShelf = (() => {
  const subtle = globalThis.crypto && crypto.subtle;
  const able = Boolean(subtle && globalThis.indexedDB && navigator.locks && "serviceWorker" in navigator);
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const POINT_BYTES = 65;
  const NONCE_BYTES = 12;
  const ROUNDS = 600_000; // OWASP Password Storage: PBKDF2 with HMAC-SHA-256
  const FREE_TRIES = 5;
  const WAIT_MS = 30_000; // after the free tries; twice as long after each further one
  const LONGEST_MS = 15 * 60_000;
  const KEPT_MS = 7 * 24 * 3600_000; // a record that was accepted
  const utf8 = new TextEncoder();

  const text = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const bytes = (told) => Uint8Array.from(atob(told.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

  /* ------------------------------------------------------------ the shelf */

  const answered = (asked) => new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  const shelf = async (name, mode, deed) => {
    const opening = indexedDB.open("chancela-desk", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("machine");
      opening.result.createObjectStore("spent");
      opening.result.createObjectStore("records", { keyPath: "number" });
    };
    const base = await answered(opening);
    try {
      const under = base.transaction(name, mode, { durability: "strict" });
      const over = new Promise((done, fail) => {
        under.oncomplete = done;
        under.onabort = under.onerror = () => fail(under.error);
      });
      over.catch(() => {}); // the deed's own failure comes first
      const found = await deed(under.objectStore(name));
      await over;
      return found;
    } finally { base.close(); }
  };

  const read = (name, key) => shelf(name, "readonly", (store) => answered(store.get(key)));
  const all = (name) => shelf(name, "readonly", (store) => answered(store.getAll()));
  const keys = (name) => shelf(name, "readonly", (store) => answered(store.getAllKeys()));
  const put = (name, told, key) => shelf(name, "readwrite", (store) => answered(store.put(told, key)));

  /* read, change and write in one transaction; what is not there stays so */
  const change = (name, key, changed) => shelf(name, "readwrite", async (store) => {
    const now = await answered(store.get(key));
    if (!now) return null;
    const next = { ...now, ...changed(now) };
    await answered(name === "records" ? store.put(next) : store.put(next, key));
    return next;
  });

  /* ------------------------------------------------------------ envelopes */

  const cipher = async (secret, point, bound, use) => {
    const theirs = await subtle.importKey("raw", point, CURVE, false, []);
    const common = await subtle.deriveKey({ name: "ECDH", public: theirs }, secret, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(`chancela desk|${bound}`) };
    return subtle.deriveKey(how, common, { name: "AES-GCM", length: 256 }, false, [use]);
  };

  const close = async (point, bound, told) => {
    const pair = await subtle.generateKey(CURVE, false, ["deriveKey"]);
    const key = await cipher(pair.privateKey, point, bound, "encrypt");
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const closed = await subtle.encrypt({ name: "AES-GCM", iv }, key, utf8.encode(JSON.stringify(told)));
    const raw = await subtle.exportKey("raw", pair.publicKey);
    return new Uint8Array([...new Uint8Array(raw), ...iv, ...new Uint8Array(closed)]);
  };

  const open = async (secret, bound, closed) => {
    const key = await cipher(secret, closed.slice(0, POINT_BYTES), bound, "decrypt");
    const rest = closed.slice(POINT_BYTES);
    const clear = await subtle.decrypt({ name: "AES-GCM", iv: rest.slice(0, NONCE_BYTES) }, key, rest.slice(NONCE_BYTES));
    return JSON.parse(new TextDecoder().decode(clear));
  };

  /* ------------------------------------------------------------ the PIN */

  const ofPin = async (pin, salt) => {
    const base = await subtle.importKey("raw", utf8.encode(pin.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
    return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  };

  const chance = (length) => crypto.getRandomValues(new Uint8Array(length));

  /* a pair of this computer's own: the private half under the PIN's key, and that under the machine's */
  const locked = async (pin) => {
    const pair = await subtle.generateKey(CURVE, true, ["deriveKey"]);
    const [salt, inner, outer] = [chance(16), chance(NONCE_BYTES), chance(NONCE_BYTES)];
    const machine = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const raw = await subtle.exportKey("pkcs8", pair.privateKey);
    const once = await subtle.encrypt({ name: "AES-GCM", iv: inner }, await ofPin(pin, salt), raw);
    const twice = await subtle.encrypt({ name: "AES-GCM", iv: outer }, machine, once);
    const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    return { point, salt, inner, outer, machine, twice };
  };

  const unlocked = async (pin, lock) => {
    const once = await subtle.decrypt({ name: "AES-GCM", iv: lock.outer }, lock.machine, lock.twice);
    const raw = await subtle.decrypt({ name: "AES-GCM", iv: lock.inner }, await ofPin(pin, lock.salt), once);
    return subtle.importKey("pkcs8", raw, CURVE, false, ["deriveKey"]);
  };

  /* gives the private half, or how long to wait (ms), or null for a PIN that is not the one */
  const unlock = async (pin) => {
    const prepared = await read("machine", "prepared");
    const { tries, since } = prepared.tried;
    const wait = tries < FREE_TRIES ? 0 : Math.min(LONGEST_MS, WAIT_MS * 2 ** (tries - FREE_TRIES));
    const left = Math.min(wait, since + wait - Date.now());
    if (left > 0) return left;
    const secret = await unlocked(pin, prepared.lock).catch(() => null);
    await change("machine", "prepared", () => ({ tried: secret ? { tries: 0, since: 0 } : { tries: tries + 1, since: Date.now() } }));
    return secret;
  };

  /* ------------------------------------------------------------ this computer */

  /* its name outlives every preparation, so that its numbers go on where they stood */
  const machine = async () => {
    const known = await read("machine", "this");
    if (known) return known;
    const made = { id: crypto.randomUUID(), slow: 0, seen: 0, blocks: [] };
    await put("machine", made, "this");
    return made;
  };

  const prepared = () => read("machine", "prepared");

  /* never the records, nor which numbers are spent */
  const wipe = () => shelf("machine", "readwrite", (store) => answered(store.delete("prepared")));

  const keep = async (lock, told) => {
    await stock(told);
    const bundle = await close(lock.point, "bundle", told);
    await put("machine", { lock, bundle, account: told.account, of: told.of, renewed: Date.now(), tried: { tries: 0, since: 0 } }, "prepared");
  };

  /* a computer that was emptied meanwhile, in another tab, stays empty */
  const renew = async (told) => {
    const now = await prepared();
    await stock(told);
    if (!now || now.account !== told.account) return;
    const bundle = await close(now.lock.point, "bundle", told);
    await change("machine", "prepared", (then) => (then.account === told.account ? { bundle, renewed: Date.now() } : {}));
  };

  /* ------------------------------------------------------------ time: never before what the server said, nor before itself */

  /* what the server says holds: of a clock that had run ahead nothing is left */
  const noted = (at) => change("machine", "this", () => ({ slow: Date.parse(at) - Date.now(), seen: Date.parse(at) }));

  const clock = async () => {
    const { slow, seen } = await machine();
    const [begun, zero] = [Math.max(Date.now() + slow, seen), performance.now()];
    return { late: Date.now() + slow < seen, now: () => begun + (performance.now() - zero) };
  };

  const seen = (at) => change("machine", "this", (now) => ({ seen: Math.max(now.seen, at) }));

  /* ------------------------------------------------------------ numbers and records */

  /* they are no secret (a list on paper says them too) and stay when what was prepared goes: none is burnt by leaving */
  const stock = async (told) => {
    await machine();
    if (told.block) await change("machine", "this", (now) => ({ blocks: [...now.blocks, { of: told.of, ...told.block }] }));
  };

  const numbers = async (of) => {
    const { blocks } = await machine();
    const today = new Date().toISOString().slice(0, 10);
    return blocks.filter((each) => each.of === of && each.until >= today).flatMap((each) => each.numbers);
  };

  /* one number is given to one tab alone, and never again; with the QR by which a phone computes its code */
  const take = async (of) => {
    const known = await numbers(of);
    return shelf("spent", "readwrite", async (store) => {
      const spent = new Set(await answered(store.getAllKeys()));
      const free = known.find((each) => !spent.has(each.number));
      if (free) await answered(store.put(1, free.number));
      return free || null;
    });
  };

  const left = async (of) => {
    const spent = new Set(await keys("spent"));
    return (await numbers(of)).filter((each) => !spent.has(each.number)).length;
  };

  const records = async (of) => (await all("records")).filter((each) => !of || each.of === of).sort((one, other) => other.at - one.at);

  /* what waits to be sent: kept here only, or sent and not answered */
  const unsent = async (of) => (await records(of)).filter((each) => each.state === "kept");

  /* what was accepted goes after a week; what was not, never by itself */
  const tidy = async () => {
    for (const each of await records()) {
      if (each.state === "sent" && Date.now() - each.sent > KEPT_MS) {
        await shelf("records", "readwrite", (store) => answered(store.delete(each.number)));
      }
    }
  };

  return {
    able, text, bytes, close, open, locked, unlock, machine, prepared, wipe, keep, renew, noted, clock, seen,
    take, left, records, unsent, tidy, put, change,
  };
})();
