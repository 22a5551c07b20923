/* Switches codes without a signal on for this device, and tells which of the listed devices it is. */
"use strict";
(() => {
  const page = document.querySelector("[data-pocket-page]");
  const part = (name) => page.querySelector(`[data-${name}]`);
  const form = part("enrols");

  const stand = async () => {
    await pocket.ready;
    const found = await pocket.open();
    const listed = found && document.querySelector(`[data-device="${found.device.id}"]`);
    if (listed) listed.querySelector("[data-this]").hidden = false;
    part("unable").hidden = true;
    part("on").hidden = !found;
    part("off").hidden = Boolean(found);
  };

  if (form) form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    part("refused").hidden = true;
    const done = await pocket.enrol(form.action).catch(() => "refused");
    if (done === "door") return window.location.assign(page.dataset.pocketPage);
    if (done === "on") return window.location.reload();
    button.disabled = false;
    part("refused").hidden = false;
    return null;
  });

  if (pocket.able) stand().catch(() => {});
})();
