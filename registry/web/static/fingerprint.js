"use strict";
// Fills the list of fingerprints from files the person picks. Only these are in the form; names stay on the page.

const picker = document.querySelector("[data-fingerprint]");
const list = document.getElementById(picker.dataset.fingerprint);
const input = picker.querySelector("input[type=file]");
const likeness = picker.querySelector("[data-likeness]");
const results = picker.querySelector("[data-results]");
const status = picker.querySelector("[role=status]");

const ask = (script, file, onProgress = () => {}) => new Promise((resolve, reject) => {
  const worker = new Worker(script);
  const finish = (settle, value) => { worker.terminate(); settle(value); };
  worker.onerror = (event) => finish(reject, new Error(event.message));
  worker.onmessage = ({ data }) => {
    if (data.failed) finish(reject, new Error(data.failed));
    else if ("read" in data && !data.digest) onProgress(data.read);
    else finish(resolve, data);
  };
  worker.postMessage(file);
});

// The lines by which copies that are not exact are found. Of other media types there are none here.
const likenessOf = async (file) => {
  if (file.type.startsWith("image/")) {
    const { value } = await ask(picker.dataset.pdq, file);
    if (!value) throw new Error(picker.dataset.little);
    return [`pdq:${value}`];
  }
  if (/^text\/(plain|html|markdown)$/.test(file.type)) return [`text:${(await ask(picker.dataset.winnow, file)).scope}`];
  return [];
};

const inWords = ({ message }) => picker.dataset[message.replace(/-(\w)/g, (_, letter) => letter.toUpperCase())] ?? message;

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

const row = (file) => {
  const item = document.createElement("li");
  const bar = document.createElement("progress");
  bar.max = Math.max(file.size, 1);
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(element("strong", file.name), bar);
  results.append(item);
  if (file.type.startsWith("image/")) preview(file, item);
  return { item, bar };
};

const keyOf = (line) => line.trim().split(/\s/)[0].toLowerCase();

const add = (line) => {
  const lines = list.value.split("\n").filter((each) => each.trim());
  if (!lines.some((each) => keyOf(each) === keyOf(line))) lines.push(line);
  list.value = lines.join("\n") + "\n";
};

const show = (item, line) => {
  add(line);
  item.append(element("code", line.length > 80 ? `${line.slice(0, 77)}…` : line));
};

const fingerprint = async (file) => {
  const { item, bar } = row(file);
  try {
    show(item, (await ask(picker.dataset.sha256, file, (read) => { bar.value = read; })).digest);
  } catch (error) {
    item.append(element("span", `${picker.dataset.failed} ${error.message}`, "problem"));
    return;
  } finally {
    bar.remove();
  }
  if (!likeness.checked) return;
  try {
    for (const line of await likenessOf(file)) show(item, line);
  } catch (error) {
    item.append(element("span", `${picker.dataset.exact} ${inWords(error)}`, "meta"));
  }
};

const read = async () => {
  status.textContent = picker.dataset.working;
  for (const file of input.files) await fingerprint(file);
  status.textContent = picker.dataset.done;
};

input.addEventListener("change", read);
picker.hidden = false;
if (input.files.length) read();  // picked before this ran, or kept by the browser over a reload
