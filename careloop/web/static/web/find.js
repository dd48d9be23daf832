/* "Find or do": one field, results as you type. The browser keeps nothing of what was typed or found.
   A combobox with a list: the focus stays in the field, the chosen option is its active descendant. */
(() => {
  "use strict";
  const WAIT_MS = 150;
  const dialog = document.getElementById("find-or-do");
  if (!dialog) return;
  const form = dialog.querySelector("form"), field = form.querySelector("input[name=q]");
  const list = dialog.querySelector("[role=listbox]"), said = dialog.querySelector("[data-find-said]");
  let timer = 0, asking = null, goesWhenThere = false;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show(html) {
    list.innerHTML = html;
    choose(options()[0]);
    field.setAttribute("aria-expanded", String(options().length > 0));
    const words = list.querySelector("[data-said]");
    said.textContent = words ? words.dataset.said : "";
  }

  async function ask() {
    if (asking) asking.abort();
    const mine = asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.hits, { method: "POST", body: new FormData(form), signal: mine.signal, headers: { "HX-Request": "true" } });
      const to = answer.headers.get("HX-Redirect");
      if (to) { location.assign(to); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine !== asking) return;
      show(html);
    } catch (fault) {
      if (fault.name === "AbortError" || mine !== asking) return;
      show("");
      said.textContent = dialog.querySelector("[data-no-hits]").content.textContent;
    }
    asking = null;
    if (goesWhenThere) { goesWhenThere = false; go(); }
  }

  function go() {
    const option = chosen();
    if (!option) { form.submit(); return; }
    if (option.dataset.fill) { field.value = option.dataset.fill; field.focus(); ask(); return; }
    // The page may be the one that is open: its part then opens by itself.
    dialog.close();
    location.assign(option.dataset.to);
  }

  function open() {
    field.value = "";
    show("");
    dialog.showModal();
    field.focus();
    ask();
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-find]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (!dialog.open) open();
    }
    if (event.target === dialog || event.target.closest("[data-shut]") && dialog.open) dialog.close();
  });
  // Nothing of a patient stays in a page that is no longer looked at.
  dialog.addEventListener("close", () => { clearTimeout(timer); if (asking) asking.abort(); asking = null; goesWhenThere = false; field.value = ""; show(""); });

  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { timer = 0; ask(); }, WAIT_MS); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options(), at = all.indexOf(chosen());
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length }[event.key];
    if (to !== undefined && all.length) { event.preventDefault(); choose(all[to]); }
    if (event.key !== "Enter") return;
    event.preventDefault();
    // What was typed last is asked first: Enter never opens what fitted an earlier text.
    if (timer) { clearTimeout(timer); timer = 0; ask(); }
    if (asking) goesWhenThere = true; else go();
  });
  list.addEventListener("pointermove", (event) => { const option = event.target.closest("[role=option]"); if (option && option !== chosen()) choose(option); });
  list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) { choose(option); go(); } });
})();
