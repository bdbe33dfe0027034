// Searches the whole collection in the browser: the index is fetched on first use, words are compared in one form,
// so that «казак», «kazak» and «Қазақ» are the same, and the address of the page holds what was asked.
(() => {
  "use strict";

  const form = document.getElementById("search");
  const words = JSON.parse(form.dataset.words);
  const list = document.getElementById("results");
  const told = document.getElementById("told");
  const panel = document.getElementById("facets");
  const more = document.getElementById("more");
  const FACETS = ["language", "type", "decade", "author", "subject", "place"];
  const STEP = 30;
  const OFFERED = 12;

  // One Latin skeleton for Kazakh, Russian and their transliterations. It is for comparing, not for reading.
  const LETTERS = {
    а: "a", ә: "a", б: "b", в: "v", г: "g", ғ: "g", д: "d", е: "e", ё: "e", э: "e", ж: "zh", з: "z", и: "i", й: "i",
    і: "i", ы: "i", ї: "i", к: "k", қ: "k", л: "l", м: "m", н: "n", ң: "n", о: "o", ө: "o", п: "p", р: "r", с: "s",
    т: "t", у: "u", ұ: "u", ү: "u", ф: "f", х: "h", һ: "h", ц: "ts", ч: "ch", ш: "sh", щ: "sh", ъ: "", ь: "",
    ю: "iu", я: "ia", ı: "i", ə: "a", ş: "sh", q: "k", y: "i", j: "zh",
  };
  const PAIRS = [[/shch/g, "sh"], [/kh/g, "h"], [/gh/g, "g"], [/ng/g, "n"], [/ii/g, "i"]];
  const fold = (text) => {
    let folded = "";
    for (const letter of text.toLowerCase().normalize("NFC")) folded += LETTERS[letter] ?? letter;
    folded = folded.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    for (const [pair, one] of PAIRS) folded = folded.replace(pair, one);
    return folded.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  };

  let loading;
  const load = () => {
    loading ??= fetch(form.dataset.index)
      .then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText)))
      .then(prepared);
    return loading;
  };

  // Rows of the index with their words in one form; names are folded once, however many items bear them.
  const prepared = (index) => {
    const forms = Object.fromEntries(["author", "subject", "place"].map(
      (facet) => [facet, index.values[facet].map(([, name]) => ` ${fold(name)}`)]));
    const items = index.items.map(([id, titles, year, cover, level, ...facets]) => {
      const values = Object.fromEntries(FACETS.map((facet, at) => [facet, facets[at]]));
      const formed = (facet) => values[facet].map((at) => forms[facet][at]).join("");
      return {
        id, titles, year, cover, level, values,
        fields: [
          [` ${titles.map(([text]) => fold(text)).join(" ")} `, 8],
          [`${formed("author")} `, 5],
          [`${formed("subject")}${formed("place")} ${year || ""} `, 3],
        ],
      };
    });
    return { ...index, items };
  };

  // How well an item answers: every word must begin a word of it; whole words and the title count for more.
  const weigh = (item, asked) => {
    let sum = 0;
    for (const word of asked) {
      let best = 0;
      for (const [text, weight] of item.fields) {
        const at = text.indexOf(` ${word}`);
        if (at < 0) continue;
        const whole = text.includes(` ${word} `) ? weight : 0;
        best = Math.max(best, weight + whole + (at === 0 ? 1 : 0));
      }
      if (!best) return 0;
      sum += best;
    }
    return sum;
  };

  const matching = (index, asked, chosen) => {
    const found = [];
    for (const item of index.items) {
      if (!chosen.every(([facet, at]) => item.values[facet].includes(at))) continue;
      const weight = asked.length ? weigh(item, asked) : 1;
      if (weight) found.push({ item, weight });
    }
    return found.sort((one, other) => other.weight - one.weight); // stable: equals stay in alphabetical order
  };

  /** Items that answer a query, the best first, and whether its words had to be shortened to find any. */
  const search = (index, query, chosen) => {
    const asked = fold(query).split(" ").filter(Boolean);
    const exact = matching(index, asked, chosen);
    const shorter = asked.map((word) => word.slice(0, Math.max(5, word.length - 2)));
    if (exact.length || !asked.length || shorter.join() === asked.join()) return { found: exact, similar: false };
    const found = matching(index, shorter, chosen);
    return { found, similar: found.length > 0 };
  };

  const name = (index, facet, at) => {
    const [slug, label] = index.values[facet][at];
    return label ?? words.values[facet][slug] ?? slug;
  };

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const card = (index, { item }) => {
    const [[title, language], ...others] = item.titles;
    const jacket = make("div", { className: "jacket" });
    jacket.setAttribute("aria-hidden", "true");
    if (item.cover) {
      const [file, width, height] = item.cover;
      jacket.append(make("img", { src: `${form.dataset.root}files/${item.id}/${file}`, alt: "", width, height, loading: "lazy" }));
    } else jacket.append(make("span", { className: "blank" }, make("span", { textContent: title.slice(0, 70) })));
    const link = make("a", { href: form.dataset.item.replace("{id}", item.id), textContent: title });
    if (language) link.lang = language;
    const authors = item.values.author.slice(0, 3).map((at) => index.values.author[at][1]).join("; ");
    const line = make("p", { className: "line" });
    if (item.year) line.append(make("span", { textContent: item.year }), " ");
    line.append(make("span", { className: `level ${item.level}`, textContent: words.levels[item.level] }));
    return make(
      "li", { className: "card" }, jacket,
      make(
        "div", { className: "about" }, make("h2", {}, link),
        ...others.slice(0, 1).map(([text, code]) => make("p", { textContent: text, lang: code || "" })),
        ...(authors ? [make("p", { className: "makers", textContent: authors })] : []), line,
      ),
    );
  };

  const asked = () => new URLSearchParams(location.search);

  // The values that were chosen, by their names in addresses; an unknown one is passed over.
  const chosenIn = (index, address) => FACETS.flatMap((facet) => address.getAll(facet)
    .map((slug) => [facet, index.values[facet].findIndex(([known]) => known === slug)])
    .filter(([, at]) => at >= 0));

  const go = (address) => {
    history.pushState(null, "", `?${address}`);
    show();
  };

  const choice = (index, facet, at, count, on) => {
    const address = asked();
    const slug = index.values[facet][at][0];
    if (on) address.delete(facet, slug); else address.append(facet, slug);
    const link = make(
      "a", { href: `?${address}`, onclick: (event) => { event.preventDefault(); go(address); } },
      make("span", { textContent: `${on ? "✕ " : ""}${name(index, facet, at)}` }), make("span", { className: "count", textContent: count }),
    );
    if (on) {
      link.setAttribute("aria-current", "true");
      link.setAttribute("aria-label", `${words.remove}: ${name(index, facet, at)}`);
    }
    return make("li", {}, link);
  };

  const offer = (index, found, chosen) => {
    const parts = FACETS.map((facet) => {
      const counts = new Map();
      for (const { item } of found) for (const at of item.values[facet]) counts.set(at, (counts.get(at) || 0) + 1);
      const on = new Set(chosen.filter(([one]) => one === facet).map(([, at]) => at));
      const order = [...counts].sort((one, other) => on.has(other[0]) - on.has(one[0]) || other[1] - one[1]).slice(0, OFFERED);
      if (!on.size && order.length < 2) return null;
      const open = on.size > 0 || matchMedia("(min-width: 56rem)").matches;
      return make(
        "details", { open }, make("summary", { textContent: words.facets[facet] }),
        make("ul", {}, ...order.map(([at, count]) => choice(index, facet, at, count, on.has(at)))),
      );
    }).filter(Boolean);
    panel.replaceChildren(...parts);
    panel.hidden = !parts.length;
  };

  const show = async () => {
    const address = asked();
    const query = address.get("q") ?? "";
    form.elements.q.value = query;
    if (!query && FACETS.every((facet) => !address.has(facet))) {
      list.replaceChildren();
      panel.hidden = more.parentElement.hidden = true;
      told.textContent = "";
      return;
    }
    let index;
    try {
      told.textContent = words.loading;
      index = await load();
    } catch {
      loading = undefined;
      told.textContent = words.failed;
      return;
    }
    const begun = performance.now();
    const chosen = chosenIn(index, address);
    const { found, similar } = search(index, query, chosen);
    form.dataset.milliseconds = (performance.now() - begun).toFixed(1);
    told.textContent = found.length ? `${similar ? `${words.similar}. ` : ""}${words.found}: ${found.length}` : words.nothing;
    offer(index, found, chosen);
    let shown = 0;
    const further = () => {
      list.append(...found.slice(shown, shown + STEP).map((one) => card(index, one)));
      const first = list.children[shown];
      shown += STEP;
      more.parentElement.hidden = shown >= found.length;
      return first;
    };
    list.replaceChildren();
    further();
    more.onclick = () => further()?.querySelector("a").focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = asked();
    address.set("q", form.elements.q.value.trim());
    go(address);
  });
  form.elements.q.addEventListener("focus", () => { load().catch(() => { loading = undefined; }); }, { once: true });
  addEventListener("popstate", show);
  show();
})();
