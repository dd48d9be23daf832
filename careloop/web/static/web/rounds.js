// Rounds against the clock: the seconds run. Without this file the page says how it stood when it was opened.
"use strict";
(() => {
  const place = document.querySelector("[role=timer][data-left]");
  if (!place) return;
  const began = Date.now(), left = Number(place.dataset.left), up = document.getElementById("time-is-up");
  const show = () => {
    const now = left - Math.floor((Date.now() - began) / 1000), size = Math.abs(now);
    const words = `${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
    place.querySelector("span").textContent = (now < 0 ? place.dataset.over : place.dataset.words).replace("{time}", words);
    place.classList.toggle("over", now < 0);
    // Said once, when it happens: a clock that speaks each second helps nobody.
    if (now < 0 && left >= 0 && !up.textContent) up.textContent = place.dataset.up;
  };
  show();
  setInterval(show, 1000);
})();
