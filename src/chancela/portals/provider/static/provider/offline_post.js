/* Speaks with the portal for this computer: whether it answers, what may be prepared, and what was kept here, in lists.

   Nothing leaves the shelf before its own answer is there; whatever is sent twice is answered as the first time. One tab
   sends at a time; no background task of the browser is needed. */
"use strict";
const deskPost = (() => {
  const here = document.currentScript.dataset; // standing, prepare, send
  const PATIENCE_MS = 8000;
  const SENDING_MS = 30_000;
  const MOST = 50; // records of one list, as the portal takes them
  const MOST_LETTERS = 180_000;
  const WAITS_MS = [5_000, 10_000, 30_000, 60_000, 120_000, 300_000];
  const FRESH_MS = 60_000; // what was fetched a moment ago is not fetched for each page
  const GARBLED = [400, 413];

  const asked = async (address, more, patience) => {
    const answer = await fetch(address, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(patience), ...more });
    return answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status) ? { door: true, status: answer.status } : answer;
  };

  const post = (address, csrf, told, patience = PATIENCE_MS) => asked(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(told),
  }, patience);

  /* whoever is another than the one who prepared this computer ends what was prepared; records stay */
  const met = async (told) => {
    const prepared = await deskShelf.prepared();
    if (prepared && prepared.account !== told.account) await deskShelf.wipe();
  };

  /* "here" with who is signed in, "door" where nobody is, "away" where nothing answers */
  const standing = async () => {
    try {
      const answer = await asked(here.standing, {}, PATIENCE_MS);
      if (answer.door) return { state: "door" };
      if (!answer.ok) return { state: "away" };
      const told = await answer.json();
      await deskShelf.machine();
      await deskShelf.noted(told.at);
      await met(told);
      return { state: "here", ...told };
    } catch { return { state: "away" }; }
  };

  /* ------------------------------------------------------------ preparing */

  const fetched = async (now) => {
    const { id } = await deskShelf.machine();
    const answer = await post(here.prepare, now.csrf, { machine: id, left: await deskShelf.left(now.of) });
    return answer.ok ? answer.json() : { refused: answer.door ? "" : (await answer.json().catch(() => ({}))).refused || "" };
  };

  /* gives null where it is prepared, or why not */
  const prepare = async (pin) => {
    const now = await standing();
    if (now.state !== "here") return "";
    const told = await fetched(now);
    if ("refused" in told) return told.refused;
    await deskShelf.keep(await deskShelf.locked(pin), told);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    return null;
  };

  const refresh = async (now) => {
    const prepared = await deskShelf.prepared();
    if (!prepared || prepared.account !== now.account || Date.now() - prepared.renewed < FRESH_MS) return;
    const told = await fetched(now);
    if (!("refused" in told)) await deskShelf.renew(told);
  };

  /* ------------------------------------------------------------ sending */

  const written = ({ number, theirs, former }) => ({
    number, sealed: deskShelf.text(theirs), ...(former ? { former: deskShelf.text(former) } : {}),
  });

  const lists = (waiting) => {
    const made = [];
    let letters = Infinity;
    for (const each of waiting) {
      const more = JSON.stringify(written(each)).length;
      if (letters + more > MOST_LETTERS || made[made.length - 1].length === MOST) { made.push([]); letters = 0; }
      made[made.length - 1].push(each);
      letters += more;
    }
    return made;
  };

  /* what was corrected meanwhile, in another tab, is sent once more */
  const settle = async (record, told) => {
    const said = { sentence: told.sentence, address: told.address, guia: told.guia, used: told.used };
    const prepared = await deskShelf.prepared();
    const point = prepared && prepared.of === record.of ? prepared.lock.point : null;
    const mine = point && told.record ? await deskShelf.close(point, `mine|${record.number}`, told.record) : null;
    const states = { accepted: { state: "sent", sent: Date.now(), theirs: null, former: null }, check: { state: "check" }, later: {} };
    const closed = states[told.outcome];
    await deskShelf.change("records", record.number, (now) => (now.version === record.version ? { ...closed, said, ...(mine ? { mine } : {}) } : {}));
  };

  /* one list; what the portal cannot read is sent singly, so that one stops no other */
  const delivered = async (csrf, machine, list) => {
    const answer = await post(here.send, csrf, { machine, records: list.map(written) }, SENDING_MS);
    if (answer.ok) {
      const told = new Map((await answer.json()).outcomes.map((each) => [each.number, each]));
      for (const each of list) if (told.has(each.number)) await settle(each, told.get(each.number));
      return list.every((each) => told.has(each.number));
    }
    if (!GARBLED.includes(answer.status)) return false;
    if (list.length === 1) {
      await settle(list[0], { outcome: "check", sentence: "", address: "", guia: "" });
      return true;
    }
    for (const each of list) if (!await delivered(csrf, machine, [each])) return false;
    return true;
  };

  const sent = async (now) => {
    const { id } = await deskShelf.machine();
    for (const list of lists(await deskShelf.unsent(now.of))) {
      if (!await delivered(now.csrf, id, list)) return;
    }
  };

  /* gives where the portal stands, with who is signed in where it answers */
  const send = async () => {
    const now = await standing();
    if (now.state !== "here" || !(await deskShelf.unsent(now.of)).length) return now;
    await navigator.locks.request("chancela-desk-send", { ifAvailable: true }, (lock) => lock && sent(now)).catch(() => {});
    return now; // what could not be sent still waits, and is tried again
  };

  /* tries at once, whenever the browser finds a network, and after longer and longer waits while there is a reason to */
  const watch = (told) => {
    let [turn, timer, running] = [0, 0, null];
    const round = async () => {
      clearTimeout(timer);
      const now = await send();
      await told(now);
      if (now.state === "here" && !(await deskShelf.unsent(now.of)).length) { turn = 0; return; }
      timer = setTimeout(go, WAITS_MS[Math.min(turn, WAITS_MS.length - 1)]);
      turn += 1;
    };
    const go = () => {
      running = running || round().finally(() => { running = null; });
      return running;
    };
    const again = () => { turn = 0; return go(); };
    window.addEventListener("online", again);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) go(); });
    return again;
  };

  return { standing, prepare, refresh, send, watch };
})();
