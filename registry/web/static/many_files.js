"use strict";
// Thousands of files in one sitting: each is read in this browser by one of a few lanes, and nothing of it is sent but
// fingerprints. What was read is kept in this browser, so that whoever leaves the page and picks the files again goes on
// where it stopped. “Send” makes one list of all, which the registry then declares in as many declarations as it takes.

const form = document.querySelector("[data-files]");
const words = form.dataset;
const [upload, { Lane, leftOut, readWork }] = await Promise.all([import(words.upload), import(words.workReader)]);
const inputs = form.querySelectorAll("input[type=file]");
const likeness = form.querySelector("[data-likeness]");
const bar = form.querySelector("[data-bar]");
const status = form.querySelector("[data-status]");
const results = form.querySelector("[data-results]");
const send = form.querySelector("[data-send]");
const LANES = Math.min(4, Math.max(1, navigator.hardwareConcurrency || 1));
const ROWS = 200;  // objects that are shown; those with trouble are shown whatever their number
const THUMBS = 60;

const entries = new Map();
const queue = [];
let shown = 0, done = 0, began = 0, running = 0;

const element = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });
const inWords = (why) => words[why.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] ?? words.unknown;
const keyOf = (file) => `${file.webkitRelativePath || file.name}|${file.size}|${file.lastModified}`;

// What was read before, by this browser and of this file. A browser that keeps nothing reads again.
const opened = new Promise((resolve) => {
  const asked = indexedDB.open("read-works", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("works");
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => resolve(null);
});
const kept = async (act, mode) => {
  const database = await opened;
  if (!database) return undefined;
  return new Promise((resolve) => {
    const asked = act(database.transaction("works", mode).objectStore("works"));
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(undefined);
  });
};

const said = ({ work }) => {
  if (!work.parts.length) return `${words.exact} ${inWords(work.why)}`;
  if (!likeness.checked) return words.exactChosen;
  const pages = work.pages ? words.pages.replace("{done}", work.pages - work.missed).replace("{all}", work.pages) : "";
  return [words.alike, pages, leftOut(work, words)].filter(Boolean).join(" ");
};

const thumbnail = async (file, item) => {
  const bitmap = await createImageBitmap(file, { resizeHeight: 64 }).catch(() => null);
  if (!bitmap) return;
  const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  canvas.setAttribute("aria-hidden", "true");
  item.prepend(canvas);
};

const button = (label, name, act) => {
  const made = Object.assign(element("button", label, "plain"), { type: "button" });
  made.append(element("span", ` ${name}`, "hidden-words"));
  made.addEventListener("click", act);
  return made;
};

const forget = (entry) => {
  entries.delete(entry.key);
  if (entry.work || entry.failed) done -= 1;
  entry.gone = true;
  entry.item?.remove();
  tell();
};

const retry = (entry) => {
  entry.failed = "";
  done -= 1;
  queue.push(entry);
  show(entry);
  start();
};

// Shows one work as an object: a picture of it, its name, what it is, what is matched and how, and what can be done.
const show = (entry) => {
  if (!entry.item) {
    if (shown >= ROWS && !entry.failed) return;
    entry.item = document.createElement("li");
    results.append(entry.item);
    shown += 1;
    if (shown <= THUMBS && entry.file.type.startsWith("image/")) thumbnail(entry.file, entry.item);
  }
  const name = entry.file.name;
  const picture = entry.item.querySelector("canvas");
  const about = [element("strong", name)];
  if (entry.failed) about.push(element("span", ` ${words.failed}`, "problem"), " ", button(words.retry, name, () => retry(entry)));
  else if (entry.work) about.push(element("span", words[`kind${entry.work.kind}`], "tag quiet"), element("span", said(entry), "meta"));
  else about.push(element("span", words.waiting, "meta"));
  entry.item.replaceChildren(...(picture ? [picture] : []), ...about, " ", button(words.remove, name, () => forget(entry)));
};

const tell = () => {
  const minutes = (performance.now() - began) / 60000;
  bar.max = Math.max(entries.size, 1);
  bar.value = done;
  bar.hidden = !entries.size;
  const isDone = done === entries.size;
  status.textContent = entries.size
    ? (isDone ? words.done : words.working)
      .replace("{done}", done).replace("{all}", entries.size).replace("{rate}", minutes > 0 ? Math.round(done / minutes) : 0)
    : "";
  form.dataset.rate = minutes > 0 ? Math.round(done / minutes) : 0;
  send.disabled = !entries.size || !isDone;
};

const readOne = async (lane, entry) => {
  entry.work = await kept((store) => store.get(entry.key), "readonly");
  if (!entry.work) {
    entry.work = await readWork(lane, words, entry.file);
    await kept((store) => store.put(entry.work, entry.key), "readwrite");
  }
};

const run = async () => {
  const lane = new Lane();
  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    if (entry.gone) continue;
    await readOne(lane, entry).catch((error) => { entry.failed = error.message || "failed"; });
    if (entry.gone) continue;
    done += 1;
    show(entry);
    if (done % 10 === 0) tell();
  }
  lane.close();
  running -= 1;
  tell();
};

const start = () => {
  while (running < Math.min(LANES, queue.length + running) && running < LANES) {
    running += 1;
    run();
  }
  tell();
};

const take = (input) => {
  if (!running) began = performance.now();
  for (const file of input.files) {
    const entry = { file, key: keyOf(file), work: null, failed: "", gone: false, item: null };
    if (!file.size || file.name.startsWith(".") || entries.has(entry.key)) continue;
    entries.set(entry.key, entry);
    queue.push(entry);
    show(entry);
  }
  input.value = "";
  start();
};

// The list of all works, one line a fingerprint; names go along for their owner's report and are never published.
const listOf = () => {
  const lines = [];
  for (const { file, work } of entries.values()) {
    if (!work) continue;
    lines.push({ kind: "sha256", value: work.digest, title: file.name });
    if (likeness.checked) lines.push(...work.parts);
  }
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  return new File([text], `${words.name.replace("{all}", entries.size)}.jsonl`, { type: "application/json" });
};

form.addEventListener("submit", async (event) => {
  if (event.submitter?.name) return;
  event.preventDefault();
  if (!entries.size || done !== entries.size) return;
  send.disabled = true;
  if (await upload.begin(form, listOf(), bar, status)) await kept((store) => store.clear(), "readwrite");
  else send.disabled = false;
});
likeness.addEventListener("change", () => entries.forEach(show));
inputs.forEach((input) => {
  input.addEventListener("change", () => take(input));
  if (input.files.length) take(input);  // picked before this ran, or kept by the browser over a reload
});
form.querySelector("[data-with-script]").hidden = false;
tell();
