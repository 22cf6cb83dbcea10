"use strict";
// Puts a copy button beside text that has to be pasted elsewhere. Without it the text is selected by hand.

for (const block of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary copy";
  button.textContent = block.dataset.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent.trim());
      button.textContent = block.dataset.copied;
    } catch {
      window.getSelection().selectAllChildren(block);
    }
  });
  block.after(button);
}
