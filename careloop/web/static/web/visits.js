/* The board of a day by arrow keys: each goes to the nearest visit in its direction. Without it, Tab does. */
(() => {
  "use strict";
  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

  document.addEventListener("keydown", (event) => {
    const way = WAYS[event.key];
    const here = event.target.closest?.("[data-board] a.at");
    if (!way || !here || event.ctrlKey || event.metaKey || event.altKey) return;
    const [x, y] = middle(here.getBoundingClientRect());
    let best = null, least = Infinity;
    for (const other of here.closest("[data-board]").querySelectorAll("a.at")) {
      const [ox, oy] = middle(other.getBoundingClientRect());
      const along = (ox - x) * way[0] + (oy - y) * way[1];
      const aside = Math.abs((ox - x) * way[1]) + Math.abs((oy - y) * way[0]);
      // What lies straight on is nearer than what lies aside.
      if (along > 1 && along + 3 * aside < least) { least = along + 3 * aside; best = other; }
    }
    if (best) { event.preventDefault(); best.focus(); }
  });
})();
