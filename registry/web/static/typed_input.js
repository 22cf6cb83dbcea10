"use strict";
// Keeps what was typed while the page changes its language, when its reader goes back to it or signs in again, and in
// the other forms of a page of which one was sent. It stays in this tab, in the browser's own storage, until the tab is closed or its
// reader signs out; codes and files are never kept.

const FIELDS = "main input[name], main textarea[name], main select[name]";
const NOT_KEPT = new Set(["hidden", "file", "password", "submit"]);
const page = () => `typed ${location.pathname}`;
const spoken = "another language";
const sent = "sent form";
const ended = "session ended";

const fields = () => [...document.querySelectorAll(FIELDS)].filter((field) => !NOT_KEPT.has(field.type) && field.name !== "code" && !field.closest("[hidden]"));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const names = (all) => all.map((field) => field.name).join(" ");
const before = (field) => (field.options ? ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value : field.defaultValue);
const isChanged = (field) => (isTick(field) ? field.checked !== field.defaultChecked : field.value !== before(field));
const keyOf = (form) => (form ? `${form.id} ${form.getAttribute("action") ?? ""}` : "");

const forms = () => {
  const found = new Map();
  for (const field of fields()) found.set(keyOf(field.form), [...(found.get(keyOf(field.form)) ?? []), field]);
  return found;
};

const keep = () => {
  const found = [...forms()];
  if (!found.length) return;
  const values = (all) => all.map((field) => (isTick(field) ? field.checked : field.value));
  const kept = found.map(([key, all]) => [key, { names: names(all), values: values(all), changed: all.some(isChanged) }]);
  sessionStorage.setItem(page(), JSON.stringify(Object.fromEntries(kept)));
};

const put = (all, values) => {
  all.forEach((field, at) => {
    if (isTick(field)) field.checked = values[at];
    else field.value = values[at];
    if (!isTick(field) && isChanged(field)) field.closest("details")?.setAttribute("open", "");
  });
};

const restore = (isWanted) => {
  const kept = JSON.parse(sessionStorage.getItem(page()) ?? "{}");
  for (const [key, all] of forms()) {
    if (kept[key]?.names === names(all) && isWanted(key, kept[key])) put(all, kept[key].values);
  }
};

const restoreOthers = () => {
  const { at, form } = JSON.parse(sessionStorage.getItem(sent) ?? "{}");
  if (at === location.pathname) restore((key, { changed }) => key !== form && changed);
};

// A page that answers a form is shown again by those who come back to it, not asked for again with the form.
const { again } = document.body.dataset;
if (again) history.replaceState(history.state, "", again);

const [arrival] = performance.getEntriesByType("navigation");
const refused = document.querySelector("form[data-ended]");
const isHere = (note) => sessionStorage.getItem(note) === location.pathname;
try {
  if (refused) {
    sessionStorage.setItem(ended, location.pathname);
    refused.addEventListener("submit", () => sessionStorage.removeItem(ended));
  } else if (isHere(ended)) {
    restore(() => true);
    sessionStorage.removeItem(ended);
  } else if (arrival?.type === "back_forward" || isHere(spoken)) restore(() => true);
  else restoreOthers();
  for (const note of [spoken, sent]) sessionStorage.removeItem(note);
  for (const choice of document.querySelectorAll(".languages a, .languages button[form=language]")) {
    choice.addEventListener("click", () => sessionStorage.setItem(spoken, location.pathname));
  }
  document.addEventListener("submit", ({ target }) => sessionStorage.setItem(sent, JSON.stringify({ at: location.pathname, form: keyOf(target) })));
  window.addEventListener("pagehide", keep);
  document.querySelector('form[action$="/sign-out"]')?.addEventListener("submit", () => {
    window.removeEventListener("pagehide", keep);
    sessionStorage.clear();
  });
} catch {
  // a browser that keeps nothing loses what was typed, as it does without this script
}
