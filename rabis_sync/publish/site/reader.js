// Turns the sequence of page images into a reader: turning, zoom, thumbnails, keys, and #page=12 as an address.
// Pages come from the IIIF manifest; where it cannot be had, from the images that stand in the page already.
(() => {
  "use strict";

  const place = document.getElementById("reader");
  const sequence = place.querySelector(".pages");
  const words = JSON.parse(place.dataset.words);
  const root = new URL(place.dataset.root, location.href).href;

  const fromPage = () => [...sequence.querySelectorAll("img")].map((image) => (
    { src: image.src, width: image.width, height: image.height, label: image.alt }));

  // Addresses in a manifest are those of the library's own site, which may be shown elsewhere.
  const here = (address, manifest) => {
    const base = manifest.id.slice(0, manifest.id.lastIndexOf("iiif/"));
    return address.startsWith(base) ? root + address.slice(base.length) : address;
  };

  const picture = (image, manifest) => ({ src: here(image.id, manifest), width: image.width, height: image.height });

  const fromManifest = async () => {
    const answer = await fetch(place.dataset.manifest);
    if (!answer.ok) throw new Error(answer.statusText);
    const manifest = await answer.json();
    return manifest.items.map((canvas, at) => ({
      ...picture(canvas.items[0].items[0].body, manifest),
      width: canvas.width,
      height: canvas.height,
      small: canvas.thumbnail ? here(canvas.thumbnail[0].id, manifest) : "",
      label: words.page.replace("{number}", at + 1),
    }));
  };

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const button = (sign, label, act) => {
    const made = make("button", { type: "button", className: "button", textContent: sign, onclick: act });
    made.setAttribute("aria-label", label);
    made.title = label;
    return made;
  };

  const wanted = () => {
    const found = /^#page[=-](\d+)$/.exec(location.hash);
    return found ? Number(found[1]) : 1;
  };

  const start = (pages) => {
    if (!pages.length) return;
    let current = 0;
    let zoom = 0; // 0: the whole page fits; else the share of the sheet's width

    const image = make("img", { decoding: "async" });
    const sheet = make("div", { className: "sheet", tabIndex: 0 }, image);
    sheet.setAttribute("role", "group");
    sheet.setAttribute("aria-label", words.viewer);
    const field = make("input", { type: "number", min: 1, max: pages.length, inputMode: "numeric" });
    field.setAttribute("aria-label", words.field);
    const status = make("p", { className: "unseen" });
    status.setAttribute("role", "status");
    const thumbs = make("div", { className: "thumbs", hidden: true });
    thumbs.setAttribute("role", "group");
    thumbs.setAttribute("aria-label", words.thumbnails);
    const stage = make("div", { className: "stage" }, thumbs, sheet);

    const layout = () => {
      const page = pages[current];
      const room = { width: sheet.clientWidth - 16, height: sheet.clientHeight - 16 };
      const fit = Math.min(room.width, room.height * page.width / page.height);
      const width = zoom ? room.width * zoom : fit;
      image.style.width = `${Math.round(width)}px`;
      image.style.height = `${Math.round(width * page.height / page.width)}px`;
    };

    const show = (number, silent) => {
      current = Math.min(Math.max(number, 1), pages.length) - 1;
      const page = pages[current];
      image.src = page.src;
      image.alt = page.label;
      field.value = current + 1;
      back.setAttribute("aria-disabled", String(current === 0));
      on.setAttribute("aria-disabled", String(current === pages.length - 1));
      sheet.scrollTo(0, 0);
      layout();
      for (const one of thumbs.children) {
        if (Number(one.value) === current + 1) {
          one.setAttribute("aria-current", "true");
          one.scrollIntoView({ block: "nearest", inline: "nearest" });
        } else one.removeAttribute("aria-current");
      }
      if (current + 1 < pages.length) new Image().src = pages[current + 1].src;
      if (!silent) {
        status.textContent = words.of.replace("{number}", current + 1).replace("{total}", pages.length);
        history.replaceState(null, "", `#page=${current + 1}`);
      }
    };

    const scale = (factor) => {
      const now = zoom || image.clientWidth / Math.max(sheet.clientWidth - 16, 1);
      zoom = factor ? Math.min(Math.max(now * factor, 0.2), 6) : 0;
      layout();
    };

    const turnTo = (step) => show(current + 1 + step);
    const back = button("←", words.back, () => turnTo(-1));
    const on = button("→", words.on, () => turnTo(1));
    const overview = button("▦", words.thumbnails, () => {
      if (!thumbs.children.length) {
        thumbs.append(...pages.map((page, at) => make(
          "button",
          { type: "button", value: at + 1, onclick: () => show(at + 1) },
          make("img", { alt: "", loading: "lazy", width: page.width, height: page.height, src: page.small || page.src }),
          `${at + 1}`,
        )));
        [...thumbs.children].forEach((one, at) => one.setAttribute("aria-label", pages[at].label));
      }
      thumbs.hidden = !thumbs.hidden;
      stage.classList.toggle("with-thumbs", !thumbs.hidden);
      overview.setAttribute("aria-pressed", String(!thumbs.hidden));
      show(current + 1, true);
    });
    overview.setAttribute("aria-pressed", "false");
    field.addEventListener("change", () => show(Number(field.value) || current + 1));

    const keys = {
      ArrowRight: () => turnTo(1), PageDown: () => turnTo(1), ArrowLeft: () => turnTo(-1), PageUp: () => turnTo(-1),
      Home: () => show(1), End: () => show(pages.length),
      "+": () => scale(1.25), "=": () => scale(1.25), "-": () => scale(0.8), 0: () => scale(0),
    };
    const wide = () => sheet.scrollWidth > sheet.clientWidth + 1;
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
      if (event.key.startsWith("Arrow") && wide() && document.activeElement === sheet) return;
      if (!Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key]();
    });
    addEventListener("hashchange", () => show(wanted()));
    addEventListener("resize", layout);

    const tools = make(
      "div", { className: "tools" },
      back, field, make("span", { textContent: words.total.replace("{total}", pages.length) }), on,
      button("−", words.out, () => scale(0.8)), button("+", words.in, () => scale(1.25)),
      button("⤢", words.fit, () => scale(0)), overview,
    );
    sequence.hidden = true;
    place.append(
      make("div", { className: "viewer" }, tools, stage), status,
      make("p", { className: "note", textContent: words.keys }),
    );
    show(wanted(), true);
  };

  fromManifest().catch(fromPage).then(start);
})();
