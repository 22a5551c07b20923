/* Passkeys: the browser answers a challenge, a plain form takes the answer to the server; hidden where there are none. */
"use strict";
(() => {
  const number = /^[\d.]+$|^\[/; /* browsers keep no passkeys for an address without a name */
  if (!window.PublicKeyCredential || number.test(location.hostname)) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const text = (raw) => raw && btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (listed) => listed && listed.map((each) => ({ ...each, id: bytes(each.id) }));

  /* what WebAuthn Level 3 does by parseCreationOptionsFromJSON and toJSON, for browsers that have only Level 2 */
  const answered = async (asked) => {
    const wish = { ...asked, challenge: bytes(asked.challenge) };
    if (asked.user) {
      const publicKey = { ...wish, user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: keys(asked.excludeCredentials) };
      return navigator.credentials.create({ publicKey });
    }
    if (asked.allowCredentials) wish.allowCredentials = keys(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: wish });
  };
  const told = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const failed = form.querySelector("[data-passkey-failed]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.hidden = true;
      try {
        const asked = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form) });
        if (asked.redirected) return location.assign(asked.url); /* a code is wanted first */
        if (!asked.ok) throw new Error("refused");
        form.elements.answer.value = told(await answered(await asked.json()));
        return form.submit();
      } catch { /* taken back, timed out, or none on this device: a person may try again */
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
  for (const each of document.querySelectorAll("[data-passkey]")) each.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-none]")) each.hidden = true;
})();
