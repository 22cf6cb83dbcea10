"use strict";
// Makes passkeys and signs in with them (WebAuthn). The form sends what the device says. Without this, letters sign in.

const works = "parseRequestOptionsFromJSON" in (window.PublicKeyCredential ?? {});

const ask = async (form) => {
  const given = await fetch(form.dataset.options, { method: "POST" });
  if (given.status === 401) location.reload(); // it was too long ago that this person signed in
  if (!given.ok) throw new Error(String(given.status));
  const options = await given.json();
  const passkey =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(passkey.toJSON());
};

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!works) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [button, status] = [form.querySelector("button"), form.querySelector("[role=status]")];
    button.disabled = true;
    status.textContent = form.dataset.waiting;
    try {
      form.elements.namedItem("answer").value = await ask(form);
      form.submit();
    } catch {
      status.textContent = form.dataset.refused;
      button.disabled = false;
    }
  });
}
