// Copies addresses and citations, shares where the device can, and finds its way in pages opened from a disk.
(() => {
  "use strict";

  const reveal = (button) => { button.parentElement.hidden = false; };

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    reveal(button);
    const said = button.innerHTML;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.innerHTML = said; }, 2500);
    });
  }

  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share) continue;
    reveal(button);
    button.addEventListener("click", () => {
      navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
    });
  }

  // A server finds the page of a folder; a disk shows its list of files.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href$='/'], form[action$='/']")) {
      const name = link.matches("form") ? "action" : "href";
      const way = link.getAttribute(name);
      if (!way.includes(":")) link.setAttribute(name, `${way}index.html`);
    }
  }
})();
