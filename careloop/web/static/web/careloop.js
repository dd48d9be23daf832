/* Keys and focus. Everything here is a shortcut: each key presses a button or link that is on the page.
   The browser keeps nothing of a patient; only which keys somebody uses. */
(() => {
  "use strict";
  const KEYS_OFF = "careloop.keys";
  const KEYS_MINE = "careloop.keys.mine";
  const TYPING = "input, select, textarea, [contenteditable]";
  const UNDO_MS = 10000;
  const LOADING_MS = 400;
  const STALE_MS = 5 * 60000;
  const GO_MS = 2000;
  const CHANGEABLE = "jkehaxocnpbrz";
  // These are what they are, unless somebody uses one for another.
  const FIXED = "mw/";

  const keysOn = () => localStorage.getItem(KEYS_OFF) !== "off";
  const seen = (element) => element && element.getClientRects().length > 0;
  const find = (selector) => [...document.querySelectorAll(selector)].find(seen);
  const byId = (id) => document.getElementById(id);
  const live = (words) => { const place = byId("live"); if (place) place.textContent = words; };

  /* Which key somebody uses for what: { e: "f" } means that F does what E did. */
  const mine = () => { try { return JSON.parse(localStorage.getItem(KEYS_MINE)) || {}; } catch { return {}; } };
  const keyFor = (name) => mine()[name] || name;
  const nameOf = (key) => [...CHANGEABLE].find((name) => keyFor(name) === key) || "";

  function showMine() {
    for (const place of document.querySelectorAll("kbd[data-k]")) place.textContent = keyFor(place.dataset.k).toUpperCase();
    for (const field of document.querySelectorAll("[data-key-of]")) field.value = keyFor(field.dataset.keyOf).toUpperCase();
  }

  function changeKey(field) {
    const name = field.dataset.keyOf, key = field.value.toLowerCase();
    const free = /^[a-z0-9]$/.test(key) && key !== "g" && ![...CHANGEABLE].some((n) => n !== name && keyFor(n) === key);
    if (free) localStorage.setItem(KEYS_MINE, JSON.stringify({ ...mine(), [name]: key }));
    byId("keys-said").textContent = document.querySelector(free ? "[data-key-kept]" : "[data-key-taken]").innerHTML;
    showMine();
  }

  function choose(row) {
    for (const other of document.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    // Until its own panel is there, nothing can be done with the panel of another.
    const panel = byId("panel");
    if (panel?.dataset.loop && panel.dataset.loop !== row.dataset.row) panel.inert = true;
  }

  /* No answer came: the chosen row is again the one that the panel explains. */
  function chooseExplained() {
    const panel = byId("panel");
    waiting = "";
    if (!panel) return;
    panel.inert = false;
    const row = document.querySelector(`[data-row="${CSS.escape(panel.dataset.loop || "")}"]`);
    if (row) choose(row);
  }

  // A key that was pressed before the panel came: it is pressed when the panel is there.
  let waiting = "";

  function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const focused = rows.findIndex((row) => row.contains(document.activeElement));
    const chosen = rows.findIndex((row) => row.hasAttribute("aria-current") || row.querySelector("[data-open][aria-current]"));
    const from = focused >= 0 ? focused : chosen;
    const to = Math.min(rows.length - 1, Math.max(0, from + step));
    const link = rows[to].querySelector("[data-open]");
    link.focus();
    if (to !== chosen && !link.hasAttribute("data-leads")) link.click();
  }

  function press(name) {
    if (byId("panel")?.inert && name !== "c") { waiting = name; return true; }
    const target = find(`[data-key~="${name}"]`);
    if (!target) return false;
    target.click();
    if (target.tagName === "SUMMARY" && target.parentElement.open) {
      const form = target.parentElement;
      (form.querySelector("[data-first]") || form.querySelector(`:is(${TYPING}):not([type=hidden])`)).focus();
    }
    return true;
  }

  function closeOpened() {
    const opened = [...document.querySelectorAll("details.do[open], #to-add details[open]")].pop();
    if (!opened) return false;
    opened.open = false;
    opened.querySelector("summary").focus();
    return true;
  }

  function showKeys() {
    const list = byId("keys");
    if (list && !list.open) list.showModal();
  }

  /* G, then the key of a page. */
  let goUntil = 0;
  function go(key) {
    goUntil = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) link.click();
    return Boolean(link);
  }

  function single(event) {
    const key = event.key.toLowerCase();
    if (performance.now() < goUntil) return go(key);
    if (key === "g") { goUntil = performance.now() + GO_MS; return true; }
    if (event.key === "?") return showKeys(), true;
    if (key === "enter") {
      // Enter on a link or a button is theirs; on a row it is the next step of the chosen one.
      const on = document.activeElement;
      if (on && on !== document.body && !on.matches("[data-open], main, aside, .said")) return false;
      const row = on && on.closest && on.closest("[data-row]");
      if (row && !row.hasAttribute("aria-current")) return false;
      return press("enter");
    }
    const name = key.length === 1 ? nameOf(key) || (FIXED.includes(key) ? key : "") : "";
    if (name === "j" || name === "k") return move(name === "j" ? 1 : -1), true;
    if (name === "z") return Boolean(find("[data-undo] button")?.click() ?? true);
    return (name !== "" && press(name)) || (/^[1-9]$/.test(key) && press(key));
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

  /* Undo is offered for ten seconds, counted down; after that, reopen. */
  function watchUndo() {
    for (const form of document.querySelectorAll(".said [data-undo]:not([data-watched])")) {
      form.setAttribute("data-watched", "");
      const end = performance.now() + UNDO_MS, left = form.querySelector("[data-left]");
      const tick = setInterval(() => {
        if (left) left.textContent = `${Math.max(0, Math.ceil((end - performance.now()) / 1000))} s`;
      }, 1000);
      setTimeout(() => { clearInterval(tick); form.remove(); }, UNDO_MS);
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
    const details = byId("new-task");
    if (details) { details.open = true; details.querySelector("#task-title").focus(); }
  }

  function settle() {
    watchUndo();
    measureHead();
    showMine();
    const problem = byId("problem");
    if (problem && !problem.closest(".guide")) problem.focus();
  }

  /* How old the list is: after five minutes it says so and offers to look again. */
  let freshAt = performance.now();
  setInterval(() => {
    const stale = byId("stale");
    if (stale && performance.now() - freshAt > STALE_MS) stale.hidden = false;
  }, 15000);

  /* Without a connection the page can be read; what would send says why it does not. */
  const clockNow = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  function setOffline(isOffline) {
    const banner = byId("offline");
    if (!banner || banner.hidden === !isOffline) return;
    banner.querySelector("[data-since]").textContent = clockNow();
    banner.hidden = !isOffline;
    for (const button of document.querySelectorAll("form[method=post] button:not([type=button])")) {
      if (isOffline) { button.setAttribute("aria-disabled", "true"); button.setAttribute("aria-describedby", "offline-why"); }
      else { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-describedby"); }
    }
  }
  window.addEventListener("offline", () => setOffline(true));
  window.addEventListener("online", () => setOffline(false));
  const refuseOffline = (event) => {
    if (navigator.onLine) return;
    setOffline(true);
    event.preventDefault();
    event.stopImmediatePropagation();
    live(byId("offline")?.textContent || "");
  };
  // In the capturing phase: before htmx hears of it.
  document.addEventListener("submit", refuseOffline, true);
  document.addEventListener("click", (event) => {
    if (!navigator.onLine && event.target.closest("[hx-get], a[href]:not([href^='#'], [href^='tel:'])")) refuseOffline(event);
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    // On a phone the ways lie in one line that is pushed sideways: where one is must be in sight.
    document.querySelector(".ways-there [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    document.querySelector(".queue [data-open][aria-current]")?.scrollIntoView({ block: "nearest" });
    settle();
    if (!navigator.onLine) setOffline(true);
    for (const box of document.querySelectorAll("[data-keys-on]")) {
      box.checked = keysOn();
      box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "on" : "off"));
    }
    document.querySelector("[data-keys-back]")?.addEventListener("click", () => { localStorage.removeItem(KEYS_MINE); showMine(); });
  });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-key-of]")) changeKey(event.target); });
  // After the load event: jumping to the fragment takes the focus away again.
  window.addEventListener("load", () => setTimeout(openTarget));
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("resize", measureHead);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && byId(opener.dataset.dialog);
    if (dialog) dialog.showModal();
    const open = event.target.closest("[data-open][hx-get]");
    if (open && !(event.ctrlKey || event.metaKey || event.shiftKey)) choose(open.closest("[data-row]"));
  });

  /* While an answer is awaited: a thin bar, and after a moment words for those who do not see it. */
  let awaited = 0, slow = 0, lastAsked = null;
  document.addEventListener("htmx:before:request", (event) => {
    lastAsked = event.detail?.ctx?.sourceElement || lastAsked;
    awaited += 1;
    byId("progress").hidden = false;
    clearTimeout(slow);
    slow = setTimeout(() => live(document.querySelector("[data-loading]").innerHTML), LOADING_MS);
  });
  document.addEventListener("htmx:finally:request", () => {
    awaited = Math.max(0, awaited - 1);
    if (awaited) return;
    clearTimeout(slow);
    byId("progress").hidden = true;
  });

  /* The numbers of the navigation stand outside the part that was replaced: they come with what was said. */
  function showCounts() {
    for (const pair of (byId("said")?.dataset.counts || "").split(" ")) {
      const [name, count] = pair.split(":"), place = document.querySelector(`[data-n="${CSS.escape(name)}"]`);
      if (!place) continue;
      place.querySelector("[data-n-of]").textContent = count;
      place.hidden = !count;
    }
  }

  /* After a part was replaced: say what happened, and never leave the focus nowhere. */
  document.addEventListener("htmx:after:swap", (event) => {
    settle();
    if (byId("problem")) return;
    const asked = event.detail?.ctx?.sourceElement;
    const chosen = asked?.hasAttribute?.("data-open");
    if (!chosen) freshAt = performance.now();
    const saved = byId("said")?.dataset.saved, place = byId("saved-at");
    if (saved && place && !chosen) place.textContent = `${place.dataset.words} ${saved}`;
    showCounts();
    const said = document.querySelector("#said .note");
    const lost = !document.activeElement || document.activeElement === document.body;
    if (said && lost) byId("said").focus();
    const panel = byId("panel");
    if (waiting && panel && !panel.inert) { const name = waiting; waiting = ""; press(name); }
    if (!chosen || !panel) return;
    live(panel.querySelector("h2")?.textContent || "");
    if (matchMedia("(max-width: 1180px)").matches) { panel.scrollIntoView(); panel.focus(); }
  });

  /* One form at a time: with the click that opens it, as the browser tells of an opening only later, when the next
     may be open already. Not by the name attribute: a new part would lose its open form to the old one. */
  document.addEventListener("click", (event) => {
    const opening = event.target.closest("details.do:not([open]) > summary")?.parentElement;
    for (const other of opening?.parentElement.querySelectorAll("details.do[open]") || []) other.open = false;
  });

  /* No answer, or a fault: the list stays as it was, with its time, the id of the fault and one way to ask again. */
  function sayNoAnswer(errorId) {
    chooseExplained();
    const said = byId("said"), words = document.querySelector("[data-no-answer]");
    if (!said || !words) return;
    said.replaceChildren(words.content.cloneNode(true));
    said.querySelector("[data-of]").textContent = byId("screen")?.dataset.of || clockNow();
    const place = said.querySelector("[data-error-id]");
    if (errorId) { place.hidden = false; place.querySelector("code").textContent = errorId; }
    said.querySelector("[data-retry]").addEventListener("click", () => {
      if (lastAsked?.isConnected && lastAsked.matches("a, button")) lastAsked.click();
      else if (lastAsked?.isConnected && lastAsked.matches("form")) lastAsked.requestSubmit();
      else location.reload();
    });
    said.focus();
  }
  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail?.ctx;
    const status = ctx?.response?.raw?.status || 0;
    if (status < 500) return;
    event.preventDefault();
    const fault = new DOMParser().parseFromString(ctx.text || "", "text/html").querySelector("code");
    sayNoAnswer(fault ? fault.textContent : "");
  });
  document.addEventListener("htmx:error", () => {
    if (!navigator.onLine) setOffline(true);
    sayNoAnswer("");
  });
})();
