/* The page without a signal: the codes that this device keeps, and the code that it computes for a guia. */
"use strict";
(() => {
  const root = document.querySelector("[data-offline]");
  const part = (name) => root.querySelector(`[data-${name}]`);
  const form = part("make");
  const result = part("result");
  const { lang } = document.documentElement;
  const [days, lateDays] = [Number(root.dataset.days), Number(root.dataset.lateDays)];
  const SHOWN_MS = 60_000;
  const DAY_MS = 24 * 3600 * 1000;
  const FAR_MS = 7 * DAY_MS; // no code lives as long
  const NUMBER = /^[0-9]{13}$/;
  const ZONE = "America/Sao_Paulo";

  /* ------------------------------------------------------------ words are the page's; days and hours, the browser's */

  const long = (at, timeZone) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "long", timeZone }).format(at);

  const moment = (at, now) => {
    const far = Math.round((Date.parse(pocket.day(at)) - Date.parse(pocket.day(now))) / DAY_MS);
    const near = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
    const hour = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: ZONE });
    return `${Math.abs(far) < 2 ? near.format(far, "day") : long(at, ZONE)}, ${hour.format(at)}`;
  };

  const after = (day, more) => long(Date.parse(day) + more * DAY_MS, "UTC");

  const fill = (place, told) => {
    for (const [name, text] of Object.entries(told)) {
      for (const each of place.querySelectorAll(`[data-fill="${name}"]`)) each.textContent = text;
    }
  };

  /* one's own guias say no name */
  const made = (name, guia, more) => {
    const one = part(`row="${name}"`).content.firstElementChild.cloneNode(true);
    fill(one, { provider: guia.provider_name, number: guia.number, person: guia.person, ...more });
    for (const each of one.querySelectorAll("[data-of]")) each.hidden = !guia.person;
    return one;
  };

  const list = (name, rows) => {
    part(name).hidden = rows.length === 0;
    part(`${name}-list`).replaceChildren(...rows);
  };

  /* ------------------------------------------------------------ digits, for a minute */

  let shown = null;

  const hide = () => {
    if (!shown) return;
    clearTimeout(shown.timer);
    const { place, covered } = shown;
    shown = null;
    fill(place, { first: "•••", second: "•••", spoken: "" });
    covered();
  };

  const show = (place, digits, covered) => {
    hide();
    fill(place, { first: digits.slice(0, 3), second: digits.slice(3), spoken: [...digits].join(", ") });
    shown = { place, covered, timer: setTimeout(hide, SHOWN_MS) };
  };

  document.addEventListener("visibilitychange", () => { if (document.hidden) hide(); });

  /* ------------------------------------------------------------ what is kept */

  const ofCode = (code, guia, now) => {
    const place = made("code", guia, { until: moment(new Date(code.until), now) });
    const [see, cover] = [place.querySelector("[data-see]"), place.querySelector("[data-cover]")];
    see.addEventListener("click", () => {
      show(place, code.digits, () => { see.hidden = false; cover.hidden = true; });
      see.hidden = true;
      cover.hidden = false;
      cover.focus();
    });
    cover.addEventListener("click", () => { hide(); see.focus(); });
    return place;
  };

  const ofGuia = (guia) => {
    const row = made("awaiting", guia, {});
    row.querySelector("[data-take]").addEventListener("click", () => { choose(guia.number, guia.provider); make(); });
    return row;
  };

  let due = 0;

  /* drawn again when the next code expires */
  const draw = async () => {
    const found = pocket.able ? await pocket.open().catch(() => null) : null;
    hide();
    part("bare").hidden = Boolean(found);
    part("pocket").hidden = !found;
    if (!found) return;
    const { guias, codes } = found.held;
    const now = pocket.now(found.held);
    const live = new Map(codes.map((each) => [each.guia_id, each]));
    list("codes", guias.filter((each) => live.has(each.id)).map((each) => ofCode(live.get(each.id), each, now)));
    list("awaiting", guias.filter((each) => !live.has(each.id)).map(ofGuia));
    clearTimeout(due);
    const next = Math.min(...codes.map((each) => new Date(each.until) - now));
    if (next < FAR_MS) due = setTimeout(draw, next + 500);
  };

  /* ------------------------------------------------------------ a code computed here */

  const choose = (number, provider) => {
    form.elements.guia.value = number;
    form.elements.prestador.value = provider;
  };

  const right = (name, sound) => {
    const field = form.elements[name];
    if (sound) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    field.closest(".field").classList.toggle("wrong", !sound);
    part(`error="${name}"`).hidden = sound;
    return sound;
  };

  const compute = async (number, provider) => {
    const found = await pocket.open();
    if (!found) return draw();
    const day = pocket.day(pocket.now(found.held));
    const digits = await pocket.compute(found.device.key, pocket.ans, number, provider, day);
    const known = found.held.guias.find((each) => each.number === number && each.provider === provider);
    const name = known ? known.provider_name : provider;
    fill(result, { number, provider: name, until: after(day, days), late: after(day, lateDays) });
    show(result, digits, () => { result.hidden = true; });
    result.hidden = false;
    return result.focus();
  };

  const make = () => {
    const number = form.elements.guia.value.replace(/[^0-9]/g, "");
    const provider = form.elements.prestador.value.trim();
    result.hidden = true;
    const sound = [right("guia", NUMBER.test(number)), right("prestador", provider !== "")];
    if (sound.every(Boolean)) return compute(number, provider);
    return form.querySelector("[aria-invalid]").focus();
  };

  form.addEventListener("submit", (event) => { event.preventDefault(); make(); });
  part("hide").addEventListener("click", () => { hide(); form.querySelector("button").focus(); });

  /* ------------------------------------------------------------ the page */

  const stand = () => {
    const near = navigator.onLine && window.location.pathname === root.dataset.offline;
    for (const each of root.querySelectorAll("[data-near]")) each.hidden = !near;
    for (const each of root.querySelectorAll("[data-away]")) each.hidden = near;
  };

  const asked = new URLSearchParams(window.location.search);
  if (asked.get("guia")) {
    choose(asked.get("guia").slice(0, 40), (asked.get("prestador") || "").slice(0, 40));
    part("pocket").prepend(part("making"));
  }
  stand();
  window.addEventListener("online", stand);
  window.addEventListener("offline", stand);
  draw().then(() => pocket.ready).then(() => { if (!shown && result.hidden) draw(); });
})();
