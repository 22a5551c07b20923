/* The form of the offline desk: what is typed, put right before it is closed; words are the page's. */
"use strict";
const deskForm = (() => {
  const root = document.querySelector("[data-offline]");
  const form = root.querySelector("[data-take]");
  const part = (name, within = form) => within.querySelector(`[data-${name}]`);
  const word = (name) => root.querySelector(`[data-word="${name}"]`).textContent;
  const row = (name) => root.querySelector(`[data-row="${name}"]`).content.firstElementChild.cloneNode(true);
  const MOST_FOUND = 8;
  const MOST_LINES = 50;
  const CARD = /^[0-9A-Za-z./-]{1,20}$/;
  const TUSS = /^[0-9]{8}$/;
  const TOOTH = /^(?:[1-4][1-9]|[5-8][1-59])$/;
  const REGION = /^[A-Z][A-Z0-9]{1,3}$/;
  const FACES = /^[OLMVDIP]{1,5}$/;
  let [bundle, lines, shown, usual] = [null, [], null, ""]; // `usual` is the kind of guia entered last

  const fill = (place, told) => {
    for (const [name, text] of Object.entries(told)) {
      for (const each of place.querySelectorAll(`[data-fill="${name}"]`)) each.textContent = text;
    }
    return place;
  };

  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  const right = (name, sound) => {
    const error = part(`error="${name}"`);
    error.hidden = sound;
    const field = error.closest(".field");
    field.classList.toggle("wrong", !sound);
    for (const each of field.querySelectorAll("input:not([type=radio]), select, textarea")) {
      if (sound) each.removeAttribute("aria-invalid"); else each.setAttribute("aria-invalid", "true");
    }
    return sound;
  };

  /* ------------------------------------------------------------ the card, as readers and scanners type it */

  const card = (text) => {
    const bare = text.trim().replace(/[\s.-]/g, "");
    const runs = (text.match(/[0-9]{5,20}/g) || []).sort((one, other) => other.length - one.length);
    return [text.trim(), bare, ...runs].find((each) => CARD.test(each)) || "";
  };

  /* ------------------------------------------------------------ procedures */

  const kind = () => (form.elements.kind ? form.elements.kind.value : "");
  const dental = () => (bundle.kinds.find((each) => each.kind === kind()) || {}).dental;

  const fitting = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (plain(text).length < 2) return [];
    const fits = bundle.procedures.filter((each) => {
      const name = plain(each.name).split(/[^a-z0-9]+/);
      const named = words.every((word) => name.some((one) => one.startsWith(word)));
      return (dental() === undefined || each.dental === dental()) && (each.code.startsWith(words[0]) || named);
    });
    const typed = TUSS.test(text.trim()) && !fits.some((each) => each.code === text.trim());
    return [...fits.slice(0, MOST_FOUND), ...(typed ? [{ code: text.trim(), name: word("typed"), dental: dental(), needs: [] }] : [])];
  };

  const search = () => {
    const found = fitting(form.elements.find.value);
    part("found").hidden = !found.length;
    part("found").replaceChildren(...found.map((each) => {
      const one = fill(row("found"), { code: each.code, name: each.name });
      one.querySelector("button").addEventListener("click", () => add(each));
      return one;
    }));
    return found;
  };

  const value = (line, name) => line.querySelector(`[data-of="${name}"]`).value.trim().toUpperCase();

  const add = (procedure, before = {}) => {
    if (lines.length >= MOST_LINES) return;
    const line = fill(row("line"), { code: procedure.code, name: procedure.name });
    for (const each of line.querySelectorAll("[data-of]")) {
      each.id = `${each.dataset.of}-${procedure.code}-${lines.length}-${Math.round(performance.now())}`;
      each.closest(".field").querySelector("label").htmlFor = each.id;
      each.value = before[each.dataset.of] || each.value;
    }
    const made = { procedure, line };
    part("place", line).hidden = !(procedure.dental ?? dental());
    part("drop", line).addEventListener("click", () => {
      lines = lines.filter((each) => each !== made);
      line.remove();
      form.elements.find.focus();
    });
    lines.push(made);
    part("lines").append(line);
    form.elements.find.value = "";
    search();
    right("procedures", true);
    (procedure.needs.length ? line.querySelector('[data-of="tooth"]') : form.elements.find).focus();
  };

  /* what a line asks for: a tooth, a region, or neither */
  const asked = ({ procedure, line }) => {
    const where = value(line, "tooth");
    const tooth = TOOTH.test(where);
    return {
      code: procedure.code,
      quantity: Number(value(line, "quantity")),
      ...(where && tooth ? { tooth: where } : {}),
      ...(where && !tooth ? { region: where } : {}),
      ...(value(line, "faces") ? { faces: value(line, "faces") } : {}),
    };
  };

  const sound = ({ procedure, line }) => {
    const where = value(line, "tooth");
    const needs = procedure.needs.some((each) => each === "tooth" || each === "region");
    const faulty = [
      [!/^[1-9][0-9]?$/.test(value(line, "quantity")), "quantity"],
      [where ? !TOOTH.test(where) && !REGION.test(where) : needs, "tooth"],
      [value(line, "faces") ? !FACES.test(value(line, "faces")) : procedure.needs.includes("faces"), "faces"],
    ].find(([wrong]) => wrong);
    const error = part("line-error", line);
    error.hidden = !faulty;
    for (const each of line.querySelectorAll("[data-of]")) each.removeAttribute("aria-invalid");
    if (faulty) {
      fill(line, { "line-error": word(faulty[1]) });
      line.querySelector(`[data-of="${faulty[1]}"]`).setAttribute("aria-invalid", "true");
    }
    return !faulty;
  };

  /* ------------------------------------------------------------ the code or the reason */

  const reason = () => bundle.reasons.find((each) => each.reason === form.elements.reason.value);

  const chosen = () => bundle.guias.find((each) => each.id === form.elements.guia.value);

  const stand = () => {
    const how = form.elements.how.value;
    for (const each of form.querySelectorAll("[data-how]")) each.hidden = each.dataset.how !== how;
    part("fresh").hidden = Boolean(chosen());
    part("code-field").hidden = Boolean(shown) && form.elements.kept_code.checked;
    fill(form, { needs: reason() ? reason().needs.join(" ") : "" });
    for (const each of lines) part("place", each.line).hidden = !(each.procedure.dental ?? dental());
  };

  const paint = ({ side, bits }) => {
    const packed = deskShelf.bytes(bits);
    const on = (at) => packed[at >> 3] & (128 >> (at & 7));
    const squares = Array.from({ length: side * side }, (_, at) => (on(at) ? `M${at % side} ${Math.floor(at / side)}h1v1h-1z` : "")).join("");
    const drawing = form.querySelector("svg.qr");
    drawing.setAttribute("viewBox", `-4 -4 ${side + 8} ${side + 8}`); // a quiet zone of four modules (ISO/IEC 18004)
    drawing.querySelector("path").setAttribute("d", squares);
  };

  const grouped = (number) => `${number.slice(0, 4)} ${number.slice(4, 7)} ${number.slice(7, 9)} ${number.slice(9)}`;

  /* the number over which the phone computes: of the guia that stood, or of this record */
  const show = (numbered) => {
    paint(numbered.qr);
    fill(form, { "qr-number": grouped(numbered.number) });
  };

  /* ------------------------------------------------------------ all of it */

  const begin = (given) => {
    bundle = given;
    const known = (each, text, at) => Object.assign(document.createElement("option"), { value: at, textContent: text });
    form.elements.guia.append(...bundle.guias.map((each) => known(each, `${each.number} · ${each.name} · ${each.kind}`, each.id)));
    form.elements.reason.append(...bundle.reasons.map((each) => known(each, each.word, each.reason)));
    part("choosing").hidden = !bundle.guias.length;
    part("by-hand").hidden = !bundle.by_hand;
    part("kinds").replaceChildren(...bundle.kinds.map((each) => {
      const one = fill(row("kind"), { word: each.word });
      one.querySelector("input").value = each.kind;
      return one;
    }));
    fill(form, { code: bundle.provider.code });
    const dentist = bundle.procedures.every((each) => each.dental);
    usual = dentist ? bundle.kinds.find((each) => each.dental).kind : "";
  };

  /* an empty form, or one filled with what a record said */
  const open = (record = null, before = null) => {
    form.reset();
    for (const each of form.querySelectorAll("[data-error]")) right(each.dataset.error, true);
    for (const each of lines) each.line.remove();
    lines = [];
    shown = record && record.code_kept ? before : null;
    if (usual && !record) form.elements.kind.value = usual;
    if (record) {
      form.elements.guia.value = record.guia_id || "";
      form.elements.card.value = record.card_number || "";
      if (record.kind) form.elements.kind.value = record.kind;
      for (const each of record.procedures || []) {
        const known = bundle.procedures.find((one) => one.code === each.code) || { code: each.code, name: "", needs: [] };
        add(known, { quantity: String(each.quantity || 1), tooth: each.tooth || each.region || "", faces: each.faces || "" });
      }
      form.elements.urgent.checked = Boolean(record.urgent);
      form.elements.how.value = record.reason ? "reason" : "code";
      form.elements.reason.value = record.reason || "";
      form.elements.detail.value = record.detail || "";
    }
    part("kept-code").hidden = !shown;
    form.elements.kept_code.checked = Boolean(shown);
    form.querySelector("details").open = false;
    search();
    stand();
  };

  /* what was typed as a record holds it; null, with the first fault in focus, where something is to be put right */
  const read = () => {
    const guia = chosen();
    const [number, coded] = [card(form.elements.card.value), form.elements.how.value === "code"];
    const digits = form.elements.code.value.replace(/[\s-]/g, "");
    const kept = coded && Boolean(shown) && form.elements.kept_code.checked;
    const found = coded ? null : reason();
    const checks = [
      right("card", Boolean(guia) || number !== ""),
      right("kind", Boolean(guia) || kind() !== ""),
      right("procedures", Boolean(guia) || lines.length > 0),
      Boolean(guia) || lines.map(sound).every(Boolean),
      right("code", !coded || kept || /^[0-9]{6}$/.test(digits)),
      right("reason", coded || Boolean(found)),
      right("detail", coded || !found || !found.note || form.elements.detail.value.trim() !== ""),
    ];
    if (!checks.every(Boolean)) {
      (form.querySelector("[aria-invalid]") || form.elements.kind[0]).focus();
      return null;
    }
    usual = guia ? usual : kind();
    const told = guia ? { guia_id: guia.id } : { card_number: number, kind: kind(), procedures: lines.map(asked) };
    const proof = coded ? (kept ? { code_kept: true } : { code: digits }) : { reason: found.reason };
    const detail = form.elements.detail.value.trim();
    return { ...told, urgent: !guia && form.elements.urgent.checked, ...proof, ...(coded || !detail ? {} : { detail }) };
  };

  /* what was wrong is right again as soon as something else stands there; it is judged when it is saved */
  form.addEventListener("input", (event) => {
    const error = event.target.closest(".field") && part("error", event.target.closest(".field"));
    if (error) right(error.dataset.error, true);
  });
  form.addEventListener("change", stand);
  form.elements.find.addEventListener("input", search);
  form.elements.find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = search();
    if (first) add(first);
  });
  /* card readers end with Enter: it leads on, and saves nothing */
  form.elements.card.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.elements.card.value = card(form.elements.card.value) || form.elements.card.value;
    (form.querySelector("[name=kind]:checked") || form.querySelector("[name=kind]")).focus();
  });

  return { root, form, part, word, row, fill, grouped, begin, open, read, show, chosen };
})();
