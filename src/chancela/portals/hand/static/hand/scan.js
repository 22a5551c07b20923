/* Reads the desk's QR with the camera, where the browser itself can read one; the address it holds is then opened. */
"use strict";
(() => {
  const part = document.querySelector("[data-scan]");
  if (!part || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const [begin, video, stop, denied] = ["begin", "video", "stop", "denied"].map((each) => part.querySelector(`[data-scan-${each}]`));
  const EVERY_MS = 200;
  let stream = null;

  const rest = () => {
    if (stream) for (const each of stream.getTracks()) each.stop();
    stream = null;
    begin.hidden = false;
    video.hidden = stop.hidden = true;
  };

  /* only the number and the provider are taken, to our own page; whatever else a QR holds is none of ours */
  const place = (text) => {
    const asked = URL.canParse(text) ? new URL(text) : null;
    if (!asked || asked.pathname !== part.dataset.scan || !asked.searchParams.get("guia")) return null;
    const kept = ["guia", "prestador"].map((name) => [name, asked.searchParams.get(name) || ""]);
    return `${part.dataset.scan}?${new URLSearchParams(kept)}`;
  };

  const look = async (detector) => {
    const found = stream && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
    const to = found.map((each) => place(each.rawValue)).find(Boolean);
    if (to) {
      rest();
      window.location.assign(to);
    } else if (stream) setTimeout(look, EVERY_MS, detector);
  };

  begin.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
    } catch {
      rest();
      denied.hidden = false;
      return;
    }
    begin.hidden = denied.hidden = true;
    video.hidden = stop.hidden = false;
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  });
  stop.addEventListener("click", rest);
  window.addEventListener("pagehide", rest);

  BarcodeDetector.getSupportedFormats().then((able) => { part.hidden = !able.includes("qr_code"); });
})();
