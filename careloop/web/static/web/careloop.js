/* Keys and focus. Everything here is a shortcut: each key presses a button or link that is on the page. */
(() => {
  "use strict";
  const KEYS_OFF = "careloop.keys";
  const TYPING = "input, select, textarea, [contenteditable]";
  const UNDO_MS = 10000;

  const keysOn = () => localStorage.getItem(KEYS_OFF) !== "off";
  const seen = (element) => element && element.getClientRects().length > 0;
  const find = (selector) => [...document.querySelectorAll(selector)].find(seen);

  function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const chosen = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const from = focused >= 0 ? focused : chosen;
    const to = Math.min(rows.length - 1, Math.max(0, from + step));
    const link = rows[to].querySelector("[data-open]");
    link.focus();
    if (to !== chosen) link.click();
  }

  function press(name) {
    const target = find(`[data-key="${name}"]`);
    if (!target) return false;
    target.click();
    if (target.tagName === "SUMMARY" && target.parentElement.open) {
      const form = target.parentElement;
      form.querySelector(`:is(${TYPING}):not([type=hidden])`).focus();
    }
    return true;
  }

  function closeOpened() {
    const opened = [...document.querySelectorAll("details.do[open], #new-task details[open]")].pop();
    if (!opened) return false;
    opened.open = false;
    opened.querySelector("summary").focus();
    return true;
  }

  function showKeys() {
    const list = document.getElementById("keys");
    if (list && !list.open) list.showModal();
  }

  function single(event) {
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1), true;
    if (key === "z") return Boolean(find("[data-undo] button")?.click() ?? true);
    if (event.key === "?") return showKeys(), true;
    if (key === "enter") {
      // Enter on a link or a button is theirs; on a row it is the next step of the chosen one.
      const on = document.activeElement;
      if (on && on !== document.body && !on.matches("[data-open], main, aside, .said")) return false;
      const row = on && on.closest && on.closest("[data-row]");
      if (row && !row.hasAttribute("aria-current")) return false;
      return press("enter");
    }
    return "ehaxoc".includes(key) && key.length === 1 && press(key);
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const link = document.querySelector("[data-find]");
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { if (closeOpened()) event.preventDefault(); return; }
    if (!keysOn() || event.repeat && event.key === "Enter") return;
    if (event.target.closest && event.target.closest(TYPING + ", dialog[open]")) return;
    if (single(event)) event.preventDefault();
  });

  /* Undo is offered for ten seconds; after that, reopen. */
  function watchUndo() {
    for (const form of document.querySelectorAll(".said [data-undo]:not([data-watched])")) {
      form.setAttribute("data-watched", "");
      setTimeout(() => form.remove(), UNDO_MS);
    }
  }

  /* The sticky banner must not hide what gets focus. */
  function measureHead() {
    const banner = document.querySelector(".banner");
    const head = banner && getComputedStyle(banner).position === "sticky" ? banner.offsetHeight : 0;
    document.documentElement.style.setProperty("--head", `${head}px`);
  }

  function openTarget() {
    if (location.hash !== "#new-task") return;
    const details = document.querySelector("#new-task details");
    if (details) { details.open = true; details.querySelector("#task-title").focus(); }
  }

  function settle() {
    watchUndo();
    measureHead();
    const problem = document.getElementById("problem");
    if (problem) problem.focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    settle();
    const box = document.getElementById("keys-on");
    if (box) {
      box.checked = keysOn();
      box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "on" : "off"));
    }
  });
  // After the load event: jumping to the fragment takes the focus away again.
  window.addEventListener("load", () => setTimeout(openTarget));
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("resize", measureHead);

  /* After a part was replaced: say what happened, and never leave the focus nowhere. */
  document.addEventListener("htmx:after:swap", (event) => {
    settle();
    if (document.getElementById("problem")) return;
    const said = document.querySelector("#said .note");
    const lost = !document.activeElement || document.activeElement === document.body;
    if (said && lost) document.getElementById("said").focus();
    const chosen = event.detail?.ctx?.sourceElement?.hasAttribute?.("data-open");
    const panel = document.getElementById("panel");
    if (chosen && panel && matchMedia("(max-width: 1180px)").matches) { panel.scrollIntoView(); panel.focus(); }
  });

  /* One form at a time. Not by the name attribute: a new part would lose its open form to the old one. */
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (!opened.open || !opened.matches("details.do")) return;
    for (const other of opened.parentElement.querySelectorAll("details.do[open]")) if (other !== opened) other.open = false;
  }, true);

  document.addEventListener("htmx:error", () => {
    const said = document.getElementById("said");
    const words = document.querySelector("[data-no-answer]");
    if (said && words) { said.replaceChildren(words.content.cloneNode(true)); said.focus(); }
  });
})();
