/* The board of a day by arrow keys: each goes to the nearest visit in its direction. Without it, Tab does.
   Space picks a visit up, arrows carry it over the board, Space puts it down; it can also be dragged. Putting it down
   opens the page that moves it, with that time filled in: the person says why, and the server decides. */
(() => {
  "use strict";
  const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const said = document.querySelector("[data-board-said]");
  const heads = [...board.querySelectorAll("thead th")].slice(1);
  const rows = [...board.querySelectorAll("tr[data-minute]")];
  let up = null, at = null, mark = null;

  function near(here, way) {
    const [x, y] = middle(here.getBoundingClientRect());
    let best = null, least = Infinity;
    for (const other of board.querySelectorAll("a.at")) {
      const [ox, oy] = middle(other.getBoundingClientRect());
      const along = (ox - x) * way[0] + (oy - y) * way[1];
      const aside = Math.abs((ox - x) * way[1]) + Math.abs((oy - y) * way[0]);
      // What lies straight on is nearer than what lies aside.
      if (along > 1 && along + 3 * aside < least) { least = along + 3 * aside; best = other; }
    }
    return best;
  }

  /* The cell over a row of a column: it begins there or further up. */
  function cellAt(row, column) {
    for (let n = row; n >= 0; n -= 1) {
      const cell = rows[n].querySelector(`td[data-column="${column}"]`);
      if (cell) return cell;
    }
    return null;
  }
  function show(row, column) {
    at = [row, column];
    const cell = cellAt(row, column), box = cell.getBoundingClientRect();
    const line = rows[row].getBoundingClientRect(), whole = board.getBoundingClientRect();
    mark.style.insetBlockStart = `${line.y - whole.y}px`;
    mark.style.insetInlineStart = `${getComputedStyle(board).direction === "ltr" ? box.x - whole.x : whole.right - box.right}px`;
    mark.style.inlineSize = `${box.width}px`;
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
    const time = rows[row].querySelector("th").textContent.trim(), who = heads[column].querySelector("bdi").textContent;
    const kind = cell.querySelector("a.at") ? "" : `, ${cell.textContent.trim()}`;
    mark.textContent = time;
    if (said) said.textContent = `${time}, ${who}${kind}`;
  }
  function pick(visit) {
    up = visit;
    mark = document.createElement("div");
    mark.className = "carried";
    mark.setAttribute("aria-hidden", "true");
    board.parentElement.append(mark);
    visit.dataset.carried = "";
    const cell = visit.closest("td");
    show(rows.indexOf(cell.closest("tr")), Number(cell.dataset.column));
    if (said) said.textContent = `${said.dataset.up} ${said.textContent}`;
  }
  function leave(tell) {
    if (!up) return;
    delete up.dataset.carried;
    mark.remove();
    if (tell && said) said.textContent = said.dataset.left;
    up = at = mark = null;
  }
  function put(visit, row, column) {
    const minute = Number(rows[row].dataset.minute), two = (n) => String(n).padStart(2, "0");
    const asked = new URLSearchParams({ since: board.dataset.on, at: `${two(Math.floor(minute / 60))}:${two(minute % 60)}` });
    if (heads[column].dataset.entry) asked.set("who", heads[column].dataset.entry);
    leave(false);
    location.assign(`${visit.dataset.move}?${asked}`);
  }

  board.addEventListener("keydown", (event) => {
    const way = WAYS[event.key], here = event.target.closest("a.at");
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (up) {
      if (way) {
        const along = getComputedStyle(board).direction === "ltr" ? way[0] : -way[0];
        show(Math.min(Math.max(at[0] + way[1], 0), rows.length - 1), Math.min(Math.max(at[1] + along, 0), heads.length - 1));
      } else if (event.key === " " || event.key === "Enter") put(up, ...at);
      else if (event.key === "Escape") leave(true);
      else return;
      event.preventDefault();
      event.stopPropagation();
    } else if (way) {
      const best = near(here, way);
      if (best) { event.preventDefault(); best.focus(); }
    } else if (event.key === " " && here.dataset.move) {
      event.preventDefault();
      event.stopPropagation();
      pick(here);
    }
  });
  board.addEventListener("focusout", () => leave(true));

  let dragged = null;
  for (const visit of board.querySelectorAll("a.at[data-move]")) {
    visit.draggable = true;
    visit.addEventListener("dragstart", (event) => {
      dragged = visit;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", visit.dataset.move);
    });
    visit.addEventListener("dragend", () => { dragged = null; });
  }
  board.addEventListener("dragover", (event) => { if (dragged && event.target.closest("td[data-column]")) event.preventDefault(); });
  board.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-column]");
    if (!cell || !dragged) return;
    event.preventDefault();
    // A cell goes over several quarters of an hour: the row at this height is meant.
    const row = rows.findLastIndex((one) => one.getBoundingClientRect().y <= event.clientY);
    put(dragged, Math.max(row, 0), Number(cell.dataset.column));
  });
})();
