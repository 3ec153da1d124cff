// The filter of the claims page. Its state is the address, #verdict=wrong&chapter=05&words=pool: a link to a selection
// works, and so does going back. Without this script the page shows every statement and no filter.
(() => {
  "use strict";
  const place = document.querySelector(".gdl-claims-filter");
  const sections = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("section:has(> ul.gdl-claims)")]);
  if (!place || !sections.length) return;

  const cards = sections.flatMap((section) =>
    [...section.querySelectorAll(".gdl-claim")].map((/** @type {HTMLElement} */ card) => ({
      card,
      chapter: section.id.replace("chapter-", ""),
      verdict: [...card.classList].find((name) => /^claim-/.test(name)).replace("claim-", ""),
      words: card.textContent.toLowerCase(),
    })),
  );

  function element(tag, attributes, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  }

  function choice(name, label, values, shown) {
    const options = values.map((value) => element("option", { value, textContent: shown(value) }));
    const select = element("select", { name }, element("option", { value: "", textContent: "all" }), ...options);
    return element("label", {}, label, select);
  }

  const values = (key) => [...new Set(cards.map((entry) => entry[key]))];
  const badge = (verdict) => document.querySelector(`.claim-${verdict} .claim-verdict`).textContent;
  const title = (chapter) =>
    document.querySelector(`#chapter-${chapter} > :is(h2, h3)`).firstChild.textContent.replace("Chapter ", "");
  const order = ["true", "conditional", "wrong", "unsupported"].filter((verdict) =>
    values("verdict").includes(verdict),
  );
  const count = element("p", {});
  count.setAttribute("role", "status");
  const form = element(
    "form",
    {},
    choice("verdict", "Verdict", order, badge),
    choice("chapter", "Chapter", values("chapter"), title),
    element("label", {}, "Words", element("input", { name: "words", type: "search", autocomplete: "off" })),
    element("button", { type: "reset", textContent: "Show all" }),
    count,
  );
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the statements");
  const fields = ["verdict", "chapter", "words"].map((name) => form.elements[name]);

  function show() {
    const [verdict, chapter, words] = fields.map((field) => field.value.trim().toLowerCase());
    const wanted = words.split(/\s+/);
    let shown = 0;
    for (const entry of cards) {
      const matches =
        (!verdict || entry.verdict === verdict) &&
        (!chapter || entry.chapter === chapter) &&
        wanted.every((word) => entry.words.includes(word));
      entry.card.hidden = !matches;
      shown += matches;
    }
    for (const section of sections) section.hidden = !section.querySelector(".gdl-claim:not([hidden])");
    count.textContent = `${shown} of ${cards.length} statements`;
  }

  function write() {
    const state = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
    history.replaceState(null, "", `${location.pathname}${location.search}${state.size ? `#${state}` : ""}`);
  }

  // An address without "=" is that of one statement or chapter: leave the filter open, so that it can be seen.
  function read() {
    const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const field of fields) {
      field.value = state.get(field.name) ?? "";
      if (field.value === "" && field.options) field.selectedIndex = 0; // a value that is not on offer
    }
    show();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => (write(), show()));
  form.addEventListener("reset", () => setTimeout(() => (write(), show())));
  window.addEventListener("hashchange", () => {
    read();
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  });
  place.append(form);
  read();
})();
