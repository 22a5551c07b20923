/* What this device keeps for hours without a signal: a key that computes codes, and the guias and codes of its person.

   Keys are made so that no script, ours included, can read them out (WebCrypto, not extractable); IndexedDB holds them
   and what they seal, nothing in clear. A code is computed as domain/offline.py does it (RFC 6287), byte for byte. */
"use strict";
const pocket = (() => {
  const here = document.currentScript.dataset; // ans, refresh
  const SUITE = "OCRA-1:HOTP-SHA256-6:QH64";
  const QUESTION_BYTES = 128;
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const PATIENCE_MS = 8000;
  const LEAVING_MS = 2000;
  const ENDED = [401, 410]; // no session, a device that was removed
  const subtle = globalThis.crypto && crypto.subtle;
  const utf8 = new TextEncoder();

  const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

  /* ------------------------------------------------------------ the shelf: one record an operator */

  const answered = (asked) => new Promise((done, fail) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  const shelf = async (mode, deed) => {
    const opening = indexedDB.open(`chancela-${here.ans}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("pocket");
    const base = await answered(opening);
    try { return await deed(base.transaction("pocket", mode).objectStore("pocket")); } finally { base.close(); }
  };

  const read = () => shelf("readonly", (store) => answered(store.get("device")));
  const wipe = () => shelf("readwrite", (store) => answered(store.clear()));

  /* a pocket that was emptied meanwhile, in another tab, stays empty */
  const keep = async (device, held) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv }, device.seal, utf8.encode(JSON.stringify(held)));
    await shelf("readwrite", async (store) => {
      const now = await answered(store.get("device"));
      if (now && now.id === device.id) await answered(store.put({ ...now, iv, sealed }, "device"));
    });
    return held;
  };

  /* ------------------------------------------------------------ what is held */

  const EMPTY = { slow: 0, guias: [], codes: [] };

  const opened = async (device) => {
    if (!device.sealed) return EMPTY;
    const clear = await subtle.decrypt({ name: "AES-GCM", iv: device.iv }, device.seal, device.sealed);
    return JSON.parse(new TextDecoder().decode(clear));
  };

  /* the hour of the server, as far as this device's clock was wrong when they last spoke */
  const now = (held) => new Date(Date.now() + held.slow);

  /* a code is gone the moment it has expired */
  const held = async (device) => {
    const all = await opened(device);
    const alive = all.codes.filter((each) => new Date(each.until) > now(all));
    return alive.length === all.codes.length ? all : keep(device, { ...all, codes: alive });
  };

  const open = async () => {
    const device = subtle && await read();
    return device ? { device, held: await held(device) } : null;
  };

  /* ------------------------------------------------------------ the server */

  const ask = (address, fields) => {
    const body = new URLSearchParams(fields);
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    return fetch(address, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
  };

  const marked = (each) => `${each.guia_id}:${each.generation}`;

  const merged = (before, told) => {
    const gone = new Set([...told.gone, ...told.codes.map(marked)]);
    const codes = [...before.codes.filter((each) => !gone.has(marked(each))), ...told.codes];
    return { slow: Date.parse(told.at) - Date.now(), guias: told.guias, codes };
  };

  /* whoever is sent to the door is signed out here; a fault of the server or of the way says nothing about this device */
  const refresh = async () => {
    const found = await open();
    if (!found || !document.querySelector("[name=csrfmiddlewaretoken]")) return;
    const have = found.held.codes.map((each) => ["have", marked(each)]);
    const answer = await ask(here.refresh, [["device", found.device.id], ...have]);
    if (answer.type === "opaqueredirect" || ENDED.includes(answer.status)) await wipe();
    else if (answer.ok) await keep(found.device, merged(found.held, await answer.json()));
  };

  /* ------------------------------------------------------------ the key, and what it computes */

  const derive = async (secret, point, ans, device) => {
    const theirs = await subtle.importKey("raw", point, CURVE, false, []);
    const common = await subtle.deriveKey({ name: "ECDH", public: theirs }, secret, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode(`chancela offline|${ans}|${device}`) };
    return subtle.deriveKey(how, common, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  };

  const day = (at) => {
    const options = { timeZone: "America/Sao_Paulo", year: "numeric", month: "2-digit", day: "2-digit" };
    const parts = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", options).formatToParts(at);
    const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    return `${part.year}-${part.month}-${part.day}`;
  };

  const compute = async (key, ans, guia, provider, on) => {
    const question = await subtle.digest("SHA-256", utf8.encode(`${ans}|${guia}|${provider}|${on}`));
    const data = new Uint8Array(SUITE.length + 1 + QUESTION_BYTES);
    data.set(utf8.encode(SUITE));
    data.set(new Uint8Array(question), SUITE.length + 1);
    const mac = new DataView(await subtle.sign("HMAC", key, data));
    const at = mac.getUint8(mac.byteLength - 1) & 0x0f;
    return String((mac.getUint32(at) & 0x7fffffff) % 1e6).padStart(6, "0");
  };

  /* gives "on", "door" where a fresh sign-in is needed first, or "refused" */
  const enrol = async (address) => {
    const pair = await subtle.generateKey(CURVE, false, ["deriveKey"]);
    const point = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    const answer = await ask(address, { public: base64url(point) });
    if (answer.type === "opaqueredirect") return "door";
    if (!answer.ok) return "refused";
    const told = await answer.json();
    const key = await derive(pair.privateKey, bytes(told.public), told.operator, told.device);
    const seal = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await shelf("readwrite", (store) => answered(store.put({ id: told.device, key, seal }, "device")));
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {}); // some browsers ask first
    await refresh();
    return "on";
  };

  /* whoever leaves takes everything along, and the server forgets the key; Clear-Site-Data would be too broad: it empties
     the whole host, the pockets, notices and workers of every other operator there as well */
  for (const form of document.querySelectorAll("form[data-leaves]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const emptied = read().then((device) => {
        if (device) form.elements.device.value = device.id;
        return wipe();
      });
      await Promise.race([emptied.catch(() => {}), new Promise((done) => setTimeout(done, LEAVING_MS))]);
      form.submit();
    });
  }

  const ready = subtle ? refresh().catch(() => {}) : Promise.resolve();
  return { ans: here.ans, able: Boolean(subtle), ready, open, wipe, now, day, derive, compute, enrol };
})();
