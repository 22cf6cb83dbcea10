"use strict";
// Sends a list in parts, so that one that broke off goes on where it stopped. Without it a small list goes with its form.

const PART = 2 << 20;
const TRIES = 5;

const pause = (seconds) => new Promise((done) => { setTimeout(done, 1000 * seconds); });

// Sends one part; waits where the registry asks to, and where the connection broke.
const sendPart = async (url, part) => {
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: part })
      .catch(() => null);
    if (answer?.ok) return (await answer.json()).received;
    if (tried === TRIES || (answer && answer.status !== 429 && answer.status < 500)) throw new Error(answer?.status === 401 ? "ended" : "broken");
    await pause(Number(answer?.headers.get("Retry-After")) || 2 ** tried);
  }
};

const sendFrom = async (url, file, from, words, bar, status) => {
  bar.hidden = false;
  status.textContent = words.sending;
  let at = from;
  try {
    while (at < file.size) {
      bar.value = at / file.size * bar.max;
      at = await sendPart(`${url}/part?at=${at}`, file.slice(at, at + PART));
    }
  } catch ({ message }) {
    status.textContent = words[message] ?? words.broken;
    return false;
  }
  bar.value = bar.max;
  status.textContent = words.sent;
  location.assign(url);
  return true;
};

// Sends a form and then its list. Resolves to whether all of it has arrived; if not, the page says why.
export const begin = async (form, file, bar, status) => {
  const answers = new FormData(form);
  answers.delete("list");
  answers.set("upload_name", file.name);
  answers.set("upload_size", file.size);
  const answer = await fetch(form.action, { method: "POST", body: answers }).catch(() => null);
  if (!answer || answer.status === 401) {  // the form stays as it is
    status.textContent = answer ? form.dataset.ended : form.dataset.broken;
    return false;
  }
  if (!answer.redirected) {  // something has to be put right first: the page that says so
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(shown.querySelector("main"));
    document.title = shown.title;
    document.querySelector("[autofocus]")?.focus();
    listen();
    return false;
  }
  return sendFrom(answer.url, file, 0, form.dataset, bar, status);
};

const listen = () => {
  const form = document.querySelector("[data-upload]");
  form?.addEventListener("submit", (event) => {
    if (event.submitter?.name || !form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    begin(form, form.querySelector("input[type=file]").files[0], form.querySelector("progress"), form.querySelector("[role=status]"));
  });
};

listen();
const rest = document.querySelector("[data-continue]");
const goOn = (input) => {
  const [file] = input.files;
  if (!file) return;
  const status = rest.querySelector("[role=status]");
  const isSame = file.name === rest.dataset.name && file.size === Number(rest.dataset.size);
  if (isSame) sendFrom(location.pathname, file, Number(rest.dataset.received), rest.dataset, rest.querySelector("progress"), status);
  else status.textContent = rest.dataset.other;
};
const chosen = rest?.querySelector("input");
chosen?.addEventListener("change", () => goOn(chosen));
if (chosen) goOn(chosen);  // with a file that was picked before this ran
