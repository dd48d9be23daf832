/* The board of referrals by keys: arrows go from card to card, [ and ] to the next column that has any. Without it, Tab
   does, and every card is a link. */
(() => {
  "use strict";
  const board = document.querySelector("[data-lanes]");
  if (!board) return;
  const lanes = [...board.querySelectorAll("[data-lane]")].map((lane) => [...lane.querySelectorAll("a[data-open]")])
    .filter((cards) => cards.length);
  const isLeftToRight = getComputedStyle(board).direction === "ltr";
  const SIDEWAYS = { "[": -1, "]": 1, ArrowLeft: isLeftToRight ? -1 : 1, ArrowRight: isLeftToRight ? 1 : -1 };
  const DOWN = { ArrowUp: -1, ArrowDown: 1 };
  const within = (number, all) => all[Math.min(all.length - 1, Math.max(0, number))];

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !lanes.length) return;
    if (event.target.closest("input, select, textarea, dialog[open]")) return;
    const isMark = event.key === "[" || event.key === "]";
    // Single keys can be switched off; arrows belong to the board only while a card has the focus.
    if (isMark ? localStorage.getItem("careloop.keys") === "off" : !board.contains(document.activeElement)) return;
    const lane = lanes.findIndex((cards) => cards.includes(document.activeElement));
    const row = lane < 0 ? 0 : lanes[lane].indexOf(document.activeElement);
    let to = null;
    if (event.key in SIDEWAYS) to = within(row, lane < 0 ? lanes[0] : within(lane + SIDEWAYS[event.key], lanes));
    else if (event.key in DOWN && lane >= 0) to = within(row + DOWN[event.key], lanes[lane]);
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
})();
