/* The tooth chart fills the tooth field of the line that has the focus; without it one types FDI numbers. */
"use strict";

(() => {
  const chart = () => document.querySelector("[data-chart]");
  const fields = () => [...document.querySelectorAll("[data-teeth]")].filter((field) => !field.closest("details:not([open])"));
  const named = (field) => field.value.split(/[\s,;/]+/).filter(Boolean);
  let active = null;

  const current = () => {
    const all = fields();
    if (!all.includes(active)) active = all.find((field) => field.matches("[data-focus]")) || all[all.length - 1] || null;
    return active;
  };

  const draw = () => {
    const field = current();
    if (!chart()) return;
    chart().hidden = !field;
    if (!field) return;
    const teeth = new Set(named(field));
    for (const button of chart().querySelectorAll("[data-tooth]"))
      button.setAttribute("aria-pressed", String(teeth.has(button.dataset.tooth)));
    for (const line of document.querySelectorAll("[data-line]")) line.classList.toggle("active", line.contains(field));
    const label = chart().querySelector("[data-chart-for]");
    const name = field.closest("[data-line]").querySelector("strong").textContent;
    label.textContent = `${label.dataset.template} ${name}`;
  };

  const showMilk = (shown) => {
    for (const jaw of chart().querySelectorAll(".jaw.milk")) jaw.hidden = !shown;
  };

  document.addEventListener("focusin", (event) => {
    const line = event.target.closest("[data-line]");
    const field = line && line.querySelector("[data-teeth]");
    if (field && !field.closest("details:not([open])")) { active = field; draw(); }
  });
  document.addEventListener("input", (event) => { if (event.target.matches("[data-teeth]")) draw(); });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-milk]")) showMilk(event.target.checked); });
  document.addEventListener("click", (event) => {
    const tooth = event.target.closest("[data-tooth]");
    const field = tooth && current();
    if (!field) return;
    const had = named(field);
    const number = tooth.dataset.tooth;
    field.value = (had.includes(number) ? had.filter((each) => each !== number) : [...had, number]).join(" ");
    draw();
  });
  document.addEventListener("toggle", (event) => {
    const field = event.target.matches(".place") && event.target.open && event.target.querySelector("[data-teeth]");
    if (field) field.focus();
    draw();
  }, true);
  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSwap", draw);
})();
