// Who is out: the button says how many visits are ticked. Without this file it says how many could move.
"use strict";
(() => {
  const button = document.querySelector("[data-moves]");
  const form = button && button.closest("form");
  if (!form) return;
  form.addEventListener("change", () => {
    const ticked = [...form.querySelectorAll("input[name=tick]:checked")];
    const n = ticked.reduce((sum, one) => sum + Number(one.dataset.visits), 0);
    const words = n === 0 ? button.dataset.none : n === 1 ? button.dataset.one : button.dataset.many;
    button.querySelector("span").textContent = words.replace("%n", n);
  });
})();
