/* Lets the pages be installed and tell of codes; every page works without it. */
"use strict";
(() => {
  const worker = document.currentScript.dataset.worker;
  if (worker && "serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
})();
