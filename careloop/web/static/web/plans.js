/* The board of a plan: arrows go from time to time, Space picks a step up and puts it down, and a step can be dragged.
   Each of these presses a button that is on the page, or fills the form under the board; the server decides. */
(() => {
  "use strict";
  const board = document.querySelector("[data-plan-board]");
  if (!board) return;
  const said = document.querySelector("[data-board-said]");
  const tell = (name) => { if (said) said.textContent = said.dataset[name]; };
  const times = (row) => [...row.querySelectorAll("button.at, [data-chosen]")];
  const rows = [...board.querySelectorAll("tr[data-step]")];
  let up = null;

  function pick(chosen) {
    up = chosen;
    chosen.setAttribute("aria-pressed", "true");
    tell("up");
  }
  function leave() {
    if (!up) return;
    up.setAttribute("aria-pressed", "false");
    up.focus();
    up = null;
    tell("left");
  }
  /* A day without a time of its own: the form asks for the same time on that day, and the server says what is wrong. */
  function put(row, cell) {
    const button = cell.querySelector("button.at");
    if (button) { button.click(); return; }
    const form = document.querySelector(".move-step"), chosen = row.querySelector("[data-chosen]");
    if (!form || !chosen || cell.contains(chosen)) return;
    form.elements.step.value = row.dataset.step;
    form.elements.day.value = cell.dataset.on;
    form.elements.time.value = chosen.dataset.time;
    form.requestSubmit();
  }
  function go(from, key) {
    const row = from.closest("tr"), here = times(row).indexOf(from);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      return times(row)[here + ((key === "ArrowRight") === (getComputedStyle(board).direction === "ltr") ? 1 : -1)];
    }
    if (up) return null;
    const way = key === "ArrowDown" ? 1 : -1, x = from.getBoundingClientRect().x;
    for (let n = rows.indexOf(row) + way; n >= 0 && n < rows.length; n += way) {
      const near = times(rows[n]).sort((a, b) => Math.abs(a.getBoundingClientRect().x - x) - Math.abs(b.getBoundingClientRect().x - x));
      if (near.length) return near[0];
    }
    return null;
  }

  for (const chosen of board.querySelectorAll("[data-chosen]")) {
    chosen.tabIndex = 0;
    chosen.draggable = true;
    chosen.setAttribute("role", "button");
    chosen.setAttribute("aria-pressed", "false");
    chosen.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", chosen.closest("tr").dataset.step);
    });
  }
  board.addEventListener("dragover", (event) => { if (event.target.closest("td[data-on]")) event.preventDefault(); });
  board.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-on]");
    const row = rows.find((one) => one.dataset.step === event.dataTransfer.getData("text/plain"));
    if (!cell || !row) return;
    event.preventDefault();
    // Whichever row it is dropped on, the day counts.
    put(row, row.querySelector(`td[data-on="${CSS.escape(cell.dataset.on)}"]`));
  });
  board.addEventListener("keydown", (event) => {
    const from = event.target.closest("button.at, [data-chosen]");
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      const next = go(from, event.key);
      event.preventDefault();
      if (next) next.focus();
    } else if (event.key === "Escape" && up) {
      event.preventDefault();
      event.stopPropagation();
      leave();
    } else if (from.matches("[data-chosen]") && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      event.stopPropagation();
      if (up) leave(); else pick(from);
    }
  });
})();
