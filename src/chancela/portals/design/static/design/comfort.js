/* Comfort for those with JavaScript: names of keys, the native dialog, focus on what changed. Every page works without it. */
"use strict";

(() => {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const fox = /Firefox/.test(navigator.userAgent);
  const chord = mac ? "⌃⌥ " : fox ? "Alt ⇧ " : "Alt ";

  const nameKeys = (root) => {
    for (const key of root.querySelectorAll("kbd[data-key]")) key.textContent = chord + key.dataset.key;
  };

  const focusWhatMatters = (root) => {
    const target = root.querySelector("[data-focus]") || root.querySelector("[aria-invalid=true], [aria-describedby$='-error']");
    if (target) target.focus();
  };

  const settle = (root) => {
    nameKeys(root);
    focusWhatMatters(root);
  };

  /* <a data-opens="dialog-id" href="own page"> opens the page's dialog part in the native dialog instead */
  const open = (link) => {
    const dialog = document.getElementById(link.dataset.opens);
    if (!dialog || typeof dialog.showModal !== "function") return false;
    const body = dialog.querySelector("[data-dialog-body]");
    htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" }).then(() => {
      if (!dialog.open) dialog.showModal();
      const first = body.querySelector("[data-focus]") || body.querySelector("details[open] input:not([type=hidden])");
      if (first) first.focus();
    });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-opens]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && open(link)) event.preventDefault();
    const closer = event.target.closest("[data-closes]");
    if (closer) {
      const dialog = closer.closest("dialog");
      if (dialog) {
        event.preventDefault();
        dialog.close();
      }
    }
    const printer = event.target.closest("[data-prints]");
    if (printer) {
      event.preventDefault();
      window.print();
    }
  });

  /* a closed dialog leaves the page as the server knows it now */
  document.addEventListener("close", (event) => {
    if (event.target.matches("dialog[data-stale]")) window.location.reload();
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    settle(event.target);
    const dialog = event.target.closest("dialog");
    if (dialog && event.detail.requestConfig && event.detail.requestConfig.verb === "post") dialog.dataset.stale = "";
  });

  /* what a stream told on the way was heard by nobody in a part that came after it: let it begin again, with all it has */
  document.addEventListener("htmx:afterSettle", (event) => {
    const streamed = event.detail.requestConfig && event.target.closest("[sse-connect]");
    if (!streamed || !event.target.querySelector("[sse-swap]")) return;
    htmx.trigger(streamed, "htmx:beforeCleanupElement");
    streamed.setAttribute("sse-connect", streamed.getAttribute("sse-connect").split("?")[0]);
    for (const each of [streamed, ...streamed.querySelectorAll("[sse-swap]")]) htmx.trigger(each, "htmx:afterProcessNode");
  });

  document.addEventListener("DOMContentLoaded", () => {
    settle(document);
    const opener = document.querySelector("a[data-opens][data-at-once]");
    if (opener) open(opener);
  });
})();
