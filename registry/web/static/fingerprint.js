"use strict";
// Files the person picks, as a list of objects: each has its lines, can be taken out again, and says what is covered.
// Only the lines are in the form, where they can be read; names stay on the page. A control acts on what is there: unticking “find changed
// copies” takes the second fingerprints out of the list, and “Continue” waits until every file has been read.

const picker = document.querySelector("[data-fingerprint]");
const list = document.getElementById(picker.dataset.fingerprint);
const form = list.form;
const input = picker.querySelector("input[type=file]");
const likeness = picker.querySelector("[data-likeness]");
const results = picker.querySelector("[data-results]");
const status = picker.querySelector("[role=status]");
const files = new Set();
let waiting = 0, chosenNow = 0;
let continues = null;

const { Lane, leftOut, readWork } = await import(picker.dataset.workReader);
const lane = new Lane();

const inWords = (why) => picker.dataset[why.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] ?? picker.dataset.unknown;

const element = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });

// Drawn, not linked: the page's policy lets no picture in that is not ours. A file that is no picture goes without.
const preview = async (file, item) => {
  const bitmap = await createImageBitmap(file, { resizeHeight: 64 }).catch(() => null);
  if (!bitmap) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  item.prepend(canvas);
};

const keyOf = (line) => line.trim().split(/\s/)[0].toLowerCase();
const lines = () => list.value.split("\n").filter((each) => each.trim());
const write = (all) => { list.value = all.length ? all.join("\n") + "\n" : ""; };

const add = (line) => { if (!lines().some((each) => keyOf(each) === keyOf(line))) write([...lines(), line]); };

// A line goes unless another chosen file has the same one.
const remove = (line) => {
  const kept = [...files].some((file) => file.shown.some((each) => keyOf(each) === keyOf(line)));
  if (!kept) write(lines().filter((each) => keyOf(each) !== keyOf(line)));
};

// Brings the form and the row of one file in line with the tick for changed copies.
const show = (entry) => {
  const wanted = entry.digest ? [entry.digest, ...(likeness.checked ? entry.likenesses : [])] : [];
  const gone = entry.shown.filter((line) => !wanted.includes(line));
  entry.shown = wanted;
  gone.forEach(remove);
  wanted.forEach(add);
  entry.note.textContent = likeness.checked ? entry.why : picker.dataset.exactChosen;
};

const forget = (entry) => {
  files.delete(entry);
  entry.gone = true;
  const gone = entry.shown;
  entry.shown = [];
  gone.forEach(remove);
  const next = entry.item.nextElementSibling?.querySelector("button") ?? input;
  entry.item.remove();
  next.focus();
};

const row = (file) => {
  const entry = { digest: "", likenesses: [], shown: [], why: "", gone: false };
  entry.item = document.createElement("li");
  entry.bar = Object.assign(document.createElement("progress"), { max: Math.max(file.size, 1), value: 0 });
  entry.bar.setAttribute("aria-label", file.name);
  entry.note = element("span", "", "meta");
  const button = Object.assign(element("button", picker.dataset.remove, "plain"), { type: "button" });
  button.append(element("span", ` ${file.name}`, "hidden-words"));
  button.addEventListener("click", () => forget(entry));
  entry.item.append(element("strong", file.name), entry.bar, entry.note, " ", button);
  results.append(entry.item);
  files.add(entry);
  if (file.type.startsWith("image/")) preview(file, entry.item);
  return entry;
};

// The lines of a work that is read, and what its row says of it.
const take = (entry, work) => {
  entry.digest = work.digest;
  entry.likenesses = work.parts.map(({ kind, value }) => `${kind}:${value}`);
  const pages = work.pages ? picker.dataset.pages.replace("{done}", work.pages - work.missed).replace("{all}", work.pages) : "";
  entry.why = entry.likenesses.length
    ? [picker.dataset.alike, pages, leftOut(work, picker.dataset)].filter(Boolean).join(" ")
    : `${picker.dataset.exact} ${inWords(work.why)}`;
};

const fingerprint = async (file, entry) => {
  const onPage = (at, of) => { entry.bar.max = of; entry.bar.value = at; };
  try {
    take(entry, await readWork(lane, picker.dataset, file, { onProgress: (done) => { entry.bar.value = done; }, onPage }));
  } catch {
    entry.note.replaceWith(element("span", picker.dataset.failed, "problem"));
    return;
  } finally {
    entry.bar.remove();
  }
  if (!entry.gone) show(entry);
};

const tell = (words) => { status.textContent = words.replace("{done}", chosenNow - waiting).replace("{all}", chosenNow); };

const read = async () => {
  const chosen = [...input.files].map((file) => [file, row(file)]);
  input.value = "";
  chosenNow = (waiting ? chosenNow : 0) + chosen.length;
  waiting += chosen.length;
  tell(picker.dataset.working);
  for (const [file, entry] of chosen) {
    if (!entry.gone) await fingerprint(file, entry);
    waiting -= 1;
    if (waiting && !continues) tell(picker.dataset.working);
  }
  if (waiting) return;
  tell(picker.dataset.done);
  if (continues) form.requestSubmit(continues);
};

form.addEventListener("submit", (event) => {
  if (!waiting) return;
  event.preventDefault();
  continues = event.submitter;
  status.textContent = picker.dataset.wait;
});
likeness.addEventListener("change", () => files.forEach(show));
input.addEventListener("change", read);
picker.hidden = false;
if (input.files.length) read();  // picked before this ran, or kept by the browser over a reload
