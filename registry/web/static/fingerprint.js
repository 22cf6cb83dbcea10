"use strict";
// Fills the list of digests from files the person picks. Only the digests are in the form; names stay on the page.

const picker = document.querySelector("[data-fingerprint]");
const list = document.getElementById(picker.dataset.fingerprint);
const input = picker.querySelector("input[type=file]");
const results = picker.querySelector("[data-results]");
const status = picker.querySelector("[role=status]");

const digestOf = (file, onProgress) => new Promise((resolve, reject) => {
  const worker = new Worker(picker.dataset.worker);
  const finish = (settle, value) => { worker.terminate(); settle(value); };
  worker.onerror = (event) => finish(reject, new Error(event.message));
  worker.onmessage = ({ data }) => {
    if (data.failed) finish(reject, new Error(data.failed));
    else if (data.digest) finish(resolve, data.digest);
    else onProgress(data.read);
  };
  worker.postMessage(file);
});

const row = (file) => {
  const item = document.createElement("li");
  const name = document.createElement("strong");
  const bar = document.createElement("progress");
  name.textContent = file.name;
  bar.max = Math.max(file.size, 1);
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(name, bar);
  results.append(item);
  return { item, bar };
};

const addDigest = (digest) => {
  const lines = list.value.split("\n").filter((line) => line.trim());
  if (!lines.some((line) => line.trim().toLowerCase().startsWith(digest))) lines.push(digest);
  list.value = lines.join("\n") + "\n";
};

const fingerprint = async (file) => {
  const { item, bar } = row(file);
  try {
    const digest = await digestOf(file, (read) => { bar.value = read; });
    const code = document.createElement("code");
    code.textContent = digest;
    bar.replaceWith(code);
    addDigest(digest);
  } catch (error) {
    bar.replaceWith(`${picker.dataset.failed} ${error.message}`);
    item.className = "problem";
  }
};

input.addEventListener("change", async () => {
  status.textContent = picker.dataset.working;
  for (const file of input.files) await fingerprint(file);
  status.textContent = picker.dataset.done;
});
picker.hidden = false;
