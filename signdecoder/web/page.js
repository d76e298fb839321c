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
