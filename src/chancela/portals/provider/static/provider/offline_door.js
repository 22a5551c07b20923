/* On the desk's pages: keeps the offline desk ready, sends what was kept without the portal, empties it for whoever leaves. */
"use strict";
(() => {
  const { worker } = document.currentScript.dataset;
  if (!deskShelf.able) return;
  const LEAVING_MS = 2000;
  navigator.serviceWorker.register(worker).catch(() => {});

  /* whoever leaves takes along what was prepared; records that were not sent stay closed here and are sent by whoever comes */
  for (const form of document.querySelectorAll("form[data-leaves]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const late = new Promise((done) => { setTimeout(done, LEAVING_MS); });
      await Promise.race([deskShelf.wipe().catch(() => {}), late]);
      form.submit();
    });
  }

  const fill = (root, name, told) => { for (const each of root.querySelectorAll(`[data-fill="${name}"]`)) each.textContent = told; };

  /* what of this computer everybody at the desk should know */
  const tell = async (now) => {
    const part = document.querySelector("[data-kept-here]");
    if (!part || !now.of) return;
    const found = await deskShelf.records(now.of);
    const [waits, checks] = ["kept", "check"].map((state) => found.filter((each) => each.state === state).length);
    part.hidden = !waits && !checks;
    for (const [name, count] of [["waits", waits], ["checks", checks]]) {
      fill(part, name, String(count));
      part.querySelector(`[data-${name}]`).hidden = !count;
    }
  };

  /* htmx gets no answer: the page stays, and says where one goes on */
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      const { status } = event.detail.xhr || {};
      const part = document.querySelector("[data-portal-away]");
      if (part && (!status || [502, 503, 504].includes(status))) part.hidden = false;
    });
  }

  /* ------------------------------------------------------------ the page on which this computer is made ready */

  const page = document.querySelector("[data-this-computer]");
  const form = page && page.querySelector("form");
  const TRIVIAL = /^(.)\1*$|^(?:0123456789|123456789|12345678|1234567|123456|654321|abcdef)$/;

  const show = async () => {
    if (!page) return;
    const prepared = await deskShelf.prepared();
    page.querySelector("[data-on]").hidden = !prepared;
    page.querySelector("[data-off]").hidden = Boolean(prepared);
    page.querySelector("[data-unable]").hidden = true;
  };

  const wrong = (name, faulty) => {
    const field = form.elements[name];
    field.closest(".field").classList.toggle("wrong", faulty);
    page.querySelector(`[data-error="${name}"]`).hidden = !faulty;
    if (faulty) { field.setAttribute("aria-invalid", "true"); field.focus(); } else field.removeAttribute("aria-invalid");
    return faulty;
  };

  const ready = async (event) => {
    event.preventDefault();
    const [pin, again] = [form.elements.pin.value, form.elements.again.value];
    if (wrong("pin", pin.length < 6 || TRIVIAL.test(pin)) || wrong("again", pin !== again)) return;
    const button = form.querySelector("button");
    button.disabled = true;
    const refused = await deskPost.prepare(pin).catch(() => "");
    button.disabled = false;
    form.reset();
    const told = page.querySelector("[data-refused]");
    told.hidden = refused === null;
    if (refused) told.querySelector("p").textContent = refused;
    await show();
    if (refused === null) page.querySelector("[data-on]").focus();
  };

  if (form) {
    form.addEventListener("submit", ready);
    page.querySelector("[data-anew]").addEventListener("click", () => {
      page.querySelector("[data-off]").hidden = false;
      form.elements.pin.focus();
    });
  }

  const begun = async () => {
    const now = await deskPost.standing();
    await show();
    if (now.state === "here") await deskPost.refresh(now).catch(() => {});
    await deskShelf.tidy();
    deskPost.watch(tell)();
  };
  begun().catch(() => {});
})();
