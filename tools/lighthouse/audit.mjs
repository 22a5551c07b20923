/* Reads pages with Lighthouse in a Chromium that runs: `node audit.mjs FOLDER PORT ADDRESS...`; one line of JSON a page. */
import { pathToFileURL } from "node:url";

const [folder, port, ...addresses] = process.argv.slice(2);
const { default: lighthouse } = await import(pathToFileURL(`${folder}/node_modules/lighthouse/core/index.js`).href);

/* nothing here is about speed, so it waits for a quiet moment only; the browser's cookies are those of who signed in */
const HOW = {
  port: Number(port), formFactor: "mobile", onlyCategories: ["accessibility", "best-practices"], logLevel: "error",
  disableStorageReset: true, skipAboutBlank: true,
  pauseAfterFcpMs: 0, pauseAfterLoadMs: 0, networkQuietThresholdMs: 200, cpuQuietThresholdMs: 200,
};

for (const asked of addresses) {
  const { lhr } = await lighthouse(asked, HOW);
  const scores = {}, failed = [];
  for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
    scores[name] = score;
    for (const { id } of auditRefs) {
      const { score: mark, title, errorMessage, details } = lhr.audits[id];
      if (mark === null ? !errorMessage : mark === 1) continue;
      const where = (details?.items ?? []).map((each) => each.node?.snippet ?? each.description ?? each.url ?? "");
      failed.push({ id, title: errorMessage ?? title, where: where.slice(0, 5) });
    }
  }
  const fault = lhr.runtimeError?.message ?? null;
  console.log(JSON.stringify({ asked, shown: lhr.finalDisplayedUrl, version: lhr.lighthouseVersion, fault, scores, failed }));
}
