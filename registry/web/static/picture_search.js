"use strict";
// Search by a picture of one's own: its fingerprint and digest are worked out here and sent; the picture never is.

const picker = document.querySelector("[data-picture]");
const form = document.getElementById(picker.dataset.picture);
const input = picker.querySelector("input[type=file]");
const status = picker.querySelector("[role=status]");

const ask = (script, file) => new Promise((resolve, reject) => {
  const worker = new Worker(script);
  const finish = (settle, value) => { worker.terminate(); settle(value); };
  worker.onerror = (event) => finish(reject, new Error(event.message));
  worker.onmessage = ({ data }) => {
    if (data.failed) finish(reject, new Error(data.failed));
    else if (data.digest || "value" in data) finish(resolve, data);
  };
  worker.postMessage(file);
});

const search = async () => {
  const [file] = input.files;
  if (!file) return;
  input.value = "";  // so that whoever comes back to this page does not search again
  status.textContent = picker.dataset.working;
  try {
    const { digest } = await ask(picker.dataset.sha256, file);
    form.elements.sha256.value = digest.trim().split(/\s/)[0].replace(/^sha-?256:/i, "");
    const { value } = await ask(picker.dataset.pdq, file).catch(() => ({ value: "" }));
    form.elements.asset.value = value ? `pdq:${value}` : form.elements.sha256.value;
  } catch {
    status.textContent = picker.dataset.failed;
    return;
  }
  form.submit();
};

input.addEventListener("change", search);
picker.hidden = false;
search();  // for a picture that was picked before this ran
