// On a touch screen the signals are touched, so the keyboard stays away until it is asked for.
"use strict";

const touched = window.matchMedia("(pointer: coarse)");
const button = document.querySelector("#keyboard");
let wanted = false;

function typedInto() {
  return document.querySelector("#terminal textarea");
}

function settle() {
  const input = typedInto();
  if (input) input.inputMode = wanted || !touched.matches ? "text" : "none";
}

button.addEventListener("click", () => {
  wanted = !wanted;
  button.setAttribute("aria-pressed", String(wanted));
  settle();
  const input = typedInto();
  input.blur();
  input.focus();
});

new MutationObserver(settle).observe(document.querySelector("#terminal"), {
  childList: true,
  subtree: true,
});
