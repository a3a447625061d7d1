// Improves pages that work without it: copies texts, keeps numbers fresh, opens secret links.
"use strict";

// Buttons that only a script can serve are hidden until it is here.
const show = (button) => { button.hidden = false; };

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.setAttribute("aria-live", "polite");
  show(button);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Over plain HTTP from another machine there is no clipboard to write to, only the old way.
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  show(button);
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-check-all]")) {
  const boxes = [...document.getElementsByName(button.dataset.checkAll)];
  if (boxes.length) show(button);
  button.addEventListener("click", () => {
    const tick = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = tick;
  });
}

// Sending a form twice does no harm; this only saves waiting for the second answer.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  // A page that comes back from the history can send its form again.
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  });
}

// A secret after the # never reaches the server by itself: it is handed over once, for a cookie.
const unlock = document.querySelector("form[data-unlock]");
if (unlock && location.hash.startsWith("#sp_") && !unlock.querySelector(".error")) {
  unlock.elements.token.value = location.hash.slice(1);
  unlock.submit();
}

// Numbers of a campaign: asked for while somebody looks, with the tag of what is known.
const live = document.querySelector("[data-live]");
if (live) {
  const every = 10000;
  let tag = null;
  let failures = 0;
  const ask = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(live.dataset.live, {
          cache: "no-store",
          headers: tag ? { "If-None-Match": tag } : {},
        });
        failures = 0;
        if (answer.status === 200) {
          tag = answer.headers.get("ETag");
          const text = await answer.text();
          // What is shown already is not announced again.
          if (live.innerHTML.trim() !== text.trim()) live.innerHTML = text;
        } else if (answer.status !== 304) {
          failures += 1;
        }
      } catch {
        failures += 1;
      }
    }
    // Spread out, and less often while the server does not answer.
    const wait = every * 2 ** Math.min(failures, 4);
    setTimeout(ask, wait * (0.85 + Math.random() * 0.3));
  };
  setTimeout(ask, every * Math.random());
}
