// On a touch screen you tap the signals, so the on-screen keyboard stays hidden until you ask for it.
"use strict";

const touchScreen = window.matchMedia("(pointer: coarse)");
const button = document.querySelector("#keyboard");
let wanted = false;

function terminalInput() {
  return document.querySelector("#terminal textarea");
}

function updateInputMode() {
  const input = terminalInput();
  if (input) input.inputMode = wanted || !touchScreen.matches ? "text" : "none";
}

button.addEventListener("click", () => {
  wanted = !wanted;
  button.setAttribute("aria-pressed", String(wanted));
  updateInputMode();
  const input = terminalInput();
  input.blur();
  input.focus();
});

new MutationObserver(updateInputMode).observe(document.querySelector("#terminal"), {
  childList: true,
  subtree: true,
});

// The screen sends these messages besides those that draw it: ["download", key], and ["upload", key]
// while a file can be imported, then ["upload", null].
const upload = document.querySelector("#upload");
const fileInput = upload.querySelector("input");
const uploadStatus = upload.querySelector("output");
let uploadKey = null;

function download(key) {
  const link = document.createElement("a");
  link.href = `/download/${encodeURIComponent(key)}`;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

function offerUpload(key) {
  uploadKey = key;
  upload.hidden = key === null;
  fileInput.value = "";
  uploadStatus.textContent = "";
}

async function sendFile(file) {
  if (file.size > Number(fileInput.dataset.most)) {
    return "This file is too large.";
  }
  uploadStatus.textContent = "Sending …";
  const address = `/upload/${encodeURIComponent(uploadKey)}?name=${encodeURIComponent(file.name)}`;
  try {
    const answer = await fetch(address, { method: "POST", body: file });
    return answer.ok ? "" : await answer.text();
  } catch {
    return "The file did not arrive. Try again.";
  }
}

fileInput.addEventListener("change", async () => {
  const [file] = fileInput.files;
  if (!file || uploadKey === null) return;
  uploadStatus.textContent = await sendFile(file);
  fileInput.value = "";
  terminalInput().focus();
});

window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("close", () => offerUpload(null));
    this.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") return;
      const [kind, key] = JSON.parse(data);
      if (kind === "download") download(key);
      if (kind === "upload") offerUpload(key);
    });
  }
};
