"use strict";
// Keeps what was typed while the page changes its language, and when its reader goes back to it. It stays in this tab,
// in the browser's own storage, until the tab is closed or its reader signs out; codes and files are never kept.

const FIELDS = "main input[name], main textarea[name], main select[name]";
const NOT_KEPT = new Set(["hidden", "file", "password", "submit"]);
const page = () => `typed ${location.pathname}`;
const spoken = "another language";

const fields = () => [...document.querySelectorAll(FIELDS)].filter((field) => !NOT_KEPT.has(field.type) && field.name !== "code" && !field.closest("[hidden]"));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const names = (all) => all.map((field) => field.name).join(" ");

const keep = () => {
  const all = fields();
  if (!all.length) return;
  const values = all.map((field) => (isTick(field) ? field.checked : field.value));
  sessionStorage.setItem(page(), JSON.stringify({ names: names(all), values }));
};

const restore = () => {
  const kept = JSON.parse(sessionStorage.getItem(page()) ?? "null");
  const all = fields();
  if (kept?.names !== names(all)) return;
  all.forEach((field, at) => {
    if (isTick(field)) field.checked = kept.values[at];
    else field.value = kept.values[at];
    if (!isTick(field) && field.value !== field.defaultValue) field.closest("details")?.setAttribute("open", "");
  });
};

// A page that answers a form is shown again by those who come back to it, not asked for again with the form.
const { again } = document.body.dataset;
if (again) history.replaceState(history.state, "", again);

const [arrival] = performance.getEntriesByType("navigation");
try {
  if (arrival?.type === "back_forward" || sessionStorage.getItem(spoken) === location.pathname) restore();
  sessionStorage.removeItem(spoken);
  for (const choice of document.querySelectorAll(".languages a, .languages button[form=language]")) {
    choice.addEventListener("click", () => sessionStorage.setItem(spoken, location.pathname));
  }
  window.addEventListener("pagehide", keep);
  document.querySelector('form[action$="/sign-out"]')?.addEventListener("submit", () => {
    window.removeEventListener("pagehide", keep);
    sessionStorage.clear();
  });
} catch {
  // a browser that keeps nothing loses what was typed, as it does without this script
}
