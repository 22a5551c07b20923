/* Switches notifications on and off on this device: the browser gives a subscription, a plain form takes it to the server. */
"use strict";
(() => {
  const on = document.querySelector("[data-push]");
  const off = document.querySelector("[data-push-off]");
  const denied = document.querySelector("[data-push-denied]");
  const none = document.querySelector("[data-push-none]");
  if (!on || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  const show = (what) => { for (const each of [on, off, denied, none]) each.hidden = each !== what; };

  const stand = async () => {
    if (Notification.permission === "denied") return show(denied);
    const now = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    off.elements.endpoint.value = now ? now.endpoint : "";
    return show(now ? off : on);
  };

  on.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await Notification.requestPermission() !== "granted") return stand();
    try {
      const place = await navigator.serviceWorker.ready;
      const made = await place.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(on.dataset.push) });
      const given = made.toJSON();
      on.elements.endpoint.value = given.endpoint;
      on.elements.p256dh.value = given.keys.p256dh;
      on.elements.auth.value = given.keys.auth;
    } catch { /* the server says that it did not work */ }
    on.submit();
  });

  off.addEventListener("submit", async (event) => {
    event.preventDefault();
    const now = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    if (now) await now.unsubscribe();
    off.submit();
  });

  stand();
})();
