/* The page of the offline desk: locked until its PIN is given, then a form, and beside it what this computer keeps. */
"use strict";
const deskOffline = (() => {
  const { root, form, part, word, row, fill, grouped } = deskForm;
  const { lang } = document.documentElement;
  const REST_MS = 10 * 60_000; // nobody typed for so long: somebody else may sit here now
  let [desk, correcting, resting, standing, view] = [null, null, 0, { state: "" }, ""];

  const at = (moment) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "America/Sao_Paulo" }).format(moment);

  const see = (name) => {
    view = name;
    for (const each of root.querySelectorAll("[data-view]")) each.hidden = each.dataset.view !== name;
    const place = name === "locked" ? root.querySelector("#id_pin") : root.querySelector(`[data-view="${name}"] h1`);
    place.focus();
  };

  /* ------------------------------------------------------------ what is kept */

  const said = (record, told) => {
    if (!desk) return "";
    if (!told) return word("earlier");
    const guia = told.guia_id && desk.bundle.guias.find((each) => each.id === told.guia_id);
    const who = guia ? guia.number : told.card_number || "";
    const reason = desk.bundle.reasons.find((each) => each.reason === told.reason);
    return [who, reason ? reason.word : word("code")].filter(Boolean).join(" · ");
  };

  /* its visit stands under the number already, as the guia shows: nothing is left to send */
  const seen = async (record) => {
    await deskShelf.change("records", record.number, () => ({ state: "sent", sent: Date.now(), theirs: null, former: null }));
    await draw();
  };

  const kept = async (record) => {
    const told = desk ? await desk.readable(record) : null;
    const { sentence = "", address = "", used = false } = record.said || {};
    const one = fill(row("record"), { number: grouped(record.number), at: at(record.at), what: said(record, told), sentence });
    for (const each of one.querySelectorAll("[data-state]")) each.hidden = each.dataset.state !== record.state;
    const [guia, correct] = [one.querySelector("[data-guia]"), one.querySelector("[data-correct]")];
    guia.hidden = !address || standing.state !== "here";
    if (address.startsWith("/")) guia.href = address;
    correct.hidden = !told || record.state === "sent" || used;
    const done = one.querySelector("[data-done]");
    done.hidden = !used || record.state !== "check";
    done.addEventListener("click", () => seen(record));
    correct.addEventListener("click", () => begin(record, told));
    return one;
  };

  const draw = async () => {
    const prepared = await deskShelf.prepared();
    const of = standing.of || (prepared && prepared.of) || (desk && desk.bundle.of);
    const found = await deskShelf.records(of);
    const rows = await Promise.all(found.slice(0, 200).map(kept));
    root.querySelector("[data-records]").replaceChildren(...rows);
    root.querySelector("[data-none]").hidden = rows.length > 0;
    fill(root, { count: found.length ? String(found.length) : "" });
  };

  /* ------------------------------------------------------------ one record */

  const offer = async () => {
    const number = deskForm.chosen() || (correcting ? null : await desk.mine());
    if (number) deskForm.show(number);
    part("by-hand").hidden = !desk.bundle.by_hand || !number;
    return number;
  };

  const begin = async (record = null, told = null) => {
    correcting = record;
    deskForm.open(told, record);
    part("not-kept").hidden = true;
    for (const each of form.querySelectorAll("[data-new]")) each.hidden = Boolean(record);
    for (const each of form.querySelectorAll("[data-correcting]")) each.hidden = !record;
    if (record) fill(form, { correcting: grouped(record.number), sentence: (record.said || {}).sentence || "" });
    const number = await offer();
    const left = await deskShelf.left(desk.bundle.of);
    fill(form, { left: String(left + (number && !record ? 1 : 0)) });
    if (!record && !number) return see("empty");
    see("form");
    return form.elements.card.focus();
  };

  const save = async (event) => {
    event.preventDefault();
    const told = deskForm.read();
    if (!told) return;
    const number = await (correcting ? desk.correct(correcting, told) : desk.save(told)).catch(() => undefined);
    part("not-kept").hidden = number !== undefined;
    if (number === undefined) { part("not-kept").focus(); return; } // a full disk: what was typed stays
    if (!number) { see("empty"); return; }
    form.reset();
    fill(root, { saved: grouped(number) });
    see("saved");
    await draw();
    again();
  };

  /* ------------------------------------------------------------ the PIN */

  const shut = () => {
    desk = null;
    deskForm.form.reset();
    for (const each of document.querySelectorAll("[data-open]")) each.hidden = true;
    part("lines").replaceChildren();
    part("found").replaceChildren();
    form.elements.guia.replaceChildren(form.elements.guia.firstElementChild);
    form.elements.reason.replaceChildren(form.elements.reason.firstElementChild);
    see("locked");
    return draw();
  };

  const rest = () => {
    clearTimeout(resting);
    resting = setTimeout(() => { if (desk) shut(); }, REST_MS);
  };

  const enter = async (secret) => {
    desk = await deskRecords.enter(secret);
    deskForm.begin(desk.bundle);
    fill(document, { provider: desk.bundle.provider.name });
    for (const each of document.querySelectorAll("[data-template]")) each.textContent = `${each.dataset.template} ${desk.bundle.provider.code}`;
    for (const each of document.querySelectorAll("[data-open]")) each.hidden = false;
    root.querySelector("[data-late]").hidden = !desk.late;
    rest();
    await begin();
    await draw();
  };

  const unlock = async (event) => {
    event.preventDefault();
    const [pin, button] = [event.target.elements.pin, event.target.querySelector("button")];
    button.disabled = true;
    const found = await deskShelf.unlock(pin.value).catch(() => null);
    button.disabled = false;
    pin.value = "";
    const failed = found === null || typeof found === "number";
    const told = found === null ? "pin" : found > 60_000 ? "waits" : "wait";
    fill(root, { "pin-error": failed ? word(told) : "" });
    root.querySelector('[data-error="pin"]').hidden = !failed;
    if (!failed) await enter(found).catch(() => { desk = null; see("bare"); });
    else pin.focus();
  };

  /* ------------------------------------------------------------ the page */

  const told = async (now) => {
    standing = now;
    for (const name of ["away", "door", "here"]) root.querySelector(`[data-${name}]`).hidden = now.state !== name;
    if (now.state === "here" && !await deskShelf.prepared() && view !== "bare") { desk = null; see("bare"); }
    await draw();
  };

  let again = () => {};

  /* before anything is shown: a PIN typed at once would else go into an address, as a form that nobody hears sends it */
  const hear = () => {
    root.querySelector("[data-unlock]").addEventListener("submit", unlock);
    form.addEventListener("submit", save);
    form.addEventListener("change", () => { if (desk) offer(); });
    part("give-up").addEventListener("click", () => begin());
    root.querySelector("[data-next]").addEventListener("click", () => begin());
    document.querySelector("[data-close]").addEventListener("click", shut);
    for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, rest);
  };

  const begun = async () => {
    hear();
    const opens = deskShelf.able && await deskShelf.prepared().then(() => true, () => false); // some windows keep nothing
    see(opens && await deskShelf.prepared() ? "locked" : "bare");
    if (!opens) return;
    await draw();
    again = deskPost.watch(told);
    await again();
  };

  return { ready: begun(), open: async (pin) => enter(await deskShelf.unlock(pin)), get desk() { return desk; }, send: () => again() };
})();
