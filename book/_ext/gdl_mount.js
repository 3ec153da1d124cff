// Starts the widgets of a page without a kernel: each gets a model that holds the state which the page carries.
//
// The widgets' scripts and this one load with `async`, in any order. A script that arrives registers its module under
// its file's name in window.gdlWidgets and says so with the event "gdl-widget". Deferred scripts and DOMContentLoaded
// wait for the theme's icon script of 1.5 MB; readystatechange does not.
(() => {
  "use strict";
  const page = /** @type {Window & { gdlWidgets?: Record<string, any> }} */ (window);
  page.gdlWidgets ??= {};
  const modules = page.gdlWidgets;
  const models = new Map();
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  // The part of an ipywidgets model that a widget of the course uses. There is no kernel, so saving has nothing to do.
  class Model {
    #state;
    #listeners = new Map(); // event -> set of callbacks

    constructor(state) {
      this.#state = state;
    }

    get(name) {
      return this.#state[name];
    }

    set(name, value) {
      const changes = typeof name === "object" ? name : { [name]: value };
      const changed = Object.keys(changes).filter((key) => !same(this.#state[key], changes[key]));
      Object.assign(this.#state, changes);
      for (const key of changed) this.#emit(`change:${key}`, changes[key]);
      if (changed.length) this.#emit("change");
      return this;
    }

    on(events, callback) {
      for (const event of events.split(" ")) {
        if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
        this.#listeners.get(event).add(callback);
      }
      return this;
    }

    off(events, callback) {
      for (const event of events ? events.split(" ") : [...this.#listeners.keys()]) {
        if (callback) this.#listeners.get(event)?.delete(callback);
        else this.#listeners.delete(event);
      }
      return this;
    }

    save_changes() {}
    send() {}

    #emit(event, value) {
      for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(this, value);
    }
  }

  function modelOf(element) {
    const key = element.dataset.model; // two views of one widget share its model
    if (!models.has(key)) {
      models.set(key, new Model(JSON.parse(element.querySelector("script[type='application/json']").textContent)));
    }
    return models.get(key);
  }

  async function start(element) {
    const model = modelOf(element);
    const exported = modules[element.dataset.module];
    const el = document.createElement("div");
    const signal = new AbortController().signal; // never aborted: the view lives as long as the page
    element.dataset.state = "starting";
    element.append(el);
    try {
      const widget = typeof exported === "function" ? await exported() : exported;
      await widget.initialize?.({ model, signal });
      await widget.render({ model, el, signal });
      element.dataset.state = "ready";
      performance.mark("gdl-ready"); // what tests and benchmarks/page_load.py measure
    } catch (error) {
      element.dataset.state = "failed";
      element.prepend(`This figure could not start in your browser (${error}). Reload the page to try again.`);
      console.error(error);
    }
  }

  function startAll() {
    if (document.readyState === "loading") return;
    /** @type {NodeListOf<HTMLElement>} */
    const waiting = document.querySelectorAll(".gdl-mount:not([data-state])");
    for (const element of waiting) {
      if (element.dataset.module in modules) start(element);
    }
  }

  document.addEventListener("readystatechange", startAll);
  document.addEventListener("gdl-widget", startAll);
  startAll();
})();
