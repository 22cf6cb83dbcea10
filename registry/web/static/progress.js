"use strict";
// Shows how far work has come, until it has ended. Without it the page is loaded again by hand.

const EVERY = 1500;

const look = async () => {
  const shown = document.querySelector("[data-progress]");
  const answer = await fetch(location.pathname).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-progress]");
    if (now?.dataset.progress !== shown.dataset.progress) {
      location.reload();
      return;
    }
    const [words, bar] = ["[role=status]", "progress"].map((what) => [shown.querySelector(what), now.querySelector(what)]);
    if (words[0] && words[0].textContent !== words[1]?.textContent) words[0].textContent = words[1]?.textContent ?? "";
    if (bar[0] && bar[1]?.hasAttribute("value")) bar[0].value = bar[1].value;
  }
  setTimeout(look, EVERY);
};

if (document.querySelector("[data-progress]")?.dataset.live === "yes") setTimeout(look, EVERY);
