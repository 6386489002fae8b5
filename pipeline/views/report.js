// Search, filter, sort, deep links and copying. Without it everything can still be read.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const count = (n, one, many) => `${n.toLocaleString("nl-NL")} ${n === 1 ? one : many}`;

  document.documentElement.classList.add("script");
  const form = byId("filters");
  const fields = { text: byId("zoek"), category: byId("categorie"), session: byId("sessie"), form: byId("vorm"), order: byId("volgorde") };

  const issues = all(".issue").map((element) => ({
    element,
    links: all(`[data-for="${element.id}"]`),
    unfold: element.querySelector("details.quotes"),
    head: plain(all("h3, .question, .kicker", element).map((part) => part.textContent).join(" ")),
    quotes: all(".quote", element).map((quote) => ({
      element: quote,
      text: plain(quote.textContent),
      sessions: quote.dataset.sessions.split(" "),
      form: quote.dataset.form,
      n: Number(quote.dataset.n),
    })),
  }));

  function filter() {
    const words = plain(fields.text.value).split(/\s+/).filter(Boolean);
    const holds = (text) => words.every((word) => text.includes(word));
    const narrowed = words.length > 0 || fields.session.value !== "" || fields.form.value !== "";
    let shownIssues = 0;
    let shownQuotes = 0;
    for (const issue of issues) {
      const inHead = holds(issue.head);
      let own = 0;
      for (const quote of issue.quotes) {
        const fits =
          (inHead || holds(quote.text)) &&
          (!fields.session.value || quote.sessions.includes(fields.session.value)) &&
          (!fields.form.value || quote.form === fields.form.value);
        quote.element.hidden = !fits;
        own += fits ? quote.n : 0;
      }
      const fits = own > 0 && (!fields.category.value || issue.element.dataset.category === fields.category.value);
      issue.element.hidden = !fits;
      for (const link of issue.links) {
        if (link.tagName === "TR") link.hidden = !fits;
        else link.classList.toggle("dim", !fits);
      }
      if (words.length) issue.unfold.open = fits && !inHead;
      shownIssues += fits;
      shownQuotes += !fits ? 0 : narrowed ? own : Number(issue.element.dataset.questions);
    }
    const active = narrowed || fields.category.value !== "";
    byId("gevonden").textContent = `${count(shownIssues, "vraagstuk", "vraagstukken")}, ${count(shownQuotes, "citaat", "citaten")}`;
    byId("wissen").hidden = !active;
    byId("niets").hidden = shownIssues > 0;
    highlight(words);
  }

  function highlight(words) {
    if (!window.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("found");
    if (!words.length) return;
    const ranges = [];
    for (const element of all(".issue:not([hidden]) :is(h3, .question, .quote:not([hidden]) blockquote)")) {
      const node = element.firstChild;
      const text = [...node.data].map((sign) => plain(sign).padEnd(sign.length).slice(0, sign.length)).join("");
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function sort() {
    const key = fields.order.value;
    const value = (issue) => issue.element.dataset;
    const order = [...issues].sort((a, b) => {
      if (key === "label") return value(a).label.localeCompare(value(b).label, "nl");
      const direction = key === "rank" ? 1 : -1;
      return direction * (value(a)[key] - value(b)[key]) || value(a).rank - value(b).rank;
    });
    for (const issue of order) {
      byId("kaarten").append(issue.element);
      const row = issue.links.find((link) => link.tagName === "TR");
      row.parentElement.append(row);
    }
  }

  function reveal() {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const issue = target.closest(".issue");
    if (issue && (issue.hidden || target.hidden)) {
      form.reset();
      filter();
    }
    for (let parent = target.parentElement; parent; parent = parent.parentElement) {
      if (parent.tagName === "DETAILS") parent.open = true;
    }
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      area.setAttribute("readonly", "");
      area.className = "unseen";
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const quote = button.closest(".quote");
    const [said, source] = ["blockquote", "cite"].map((part) => quote.querySelector(part).textContent);
    await copy(`“${said}” (${source}; ${quote.id})`);
    const was = button.textContent;
    button.textContent = "Gekopieerd";
    byId("melding").textContent = "Citaat met bron gekopieerd.";
    setTimeout(() => {
      button.textContent = was;
      byId("melding").textContent = "";
    }, 2000);
    button.focus();
  });

  byId("uitvouwen").addEventListener("click", (event) => {
    const open = event.target.getAttribute("aria-pressed") !== "true";
    event.target.setAttribute("aria-pressed", String(open));
    for (const issue of issues) issue.unfold.open = open;
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  fields.order.addEventListener("change", sort);
  form.addEventListener("reset", () => setTimeout(() => { filter(); sort(); }));
  addEventListener("hashchange", reveal);
  filter();
  if (location.hash) reveal();
})();
