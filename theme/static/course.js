// What figures.js and widgets.js share; at the end, what the theme's pages need mended.
window.course = (() => {
  const home = `${document.documentElement.dataset.content_root || "./"}_static/`;
  const loading = new Map();

  // Load a script of the book's static folder, once.
  const load = (path) => {
    if (!loading.has(path)) {
      loading.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = home + path;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`could not load ${path}`));
        document.head.append(script);
      }));
    }
    return loading.get(path);
  };

  // A figure's data: written in it, or in the file it names.
  const specOf = async (figure) => {
    if (!figure.dataset.source) {
      return JSON.parse(figure.querySelector(":scope > script").textContent);
    }
    await load(figure.dataset.source);
    return window.course.data[figure.dataset.key];
  };

  // What a reader's browser keeps of a widget, {} if nothing.
  const placeOf = (figure) => `course:${window.location.pathname}:${figure.dataset.key}`;
  const kept = (place) => {
    try {
      return JSON.parse(window.localStorage.getItem(place)) || {};
    } catch {
      return {}; // no storage, or not ours
    }
  };
  const keep = (place, value) => {
    try {
      window.localStorage.setItem(place, JSON.stringify(value));
    } catch {
      return; // a reader who allows no storage begins anew next time
    }
    document.dispatchEvent(new Event("course:kept"));
  };

  // Call `draw` for each element once it comes near the window, and before the page is printed.
  const whenNear = (selector, draw) => {
    const waiting = new Set(document.querySelectorAll(selector));
    const go = (element) => { if (waiting.delete(element)) draw(element); };
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        go(entry.target);
      }
    }, { rootMargin: "600px" });
    for (const element of waiting) watcher.observe(element);
    window.addEventListener("beforeprint", () => [...waiting].forEach(go));
  };

  return { data: {}, widgets: {}, load, specOf, placeOf, kept, keep, whenNear };
})();

// Formulas are set once the first of them comes near; until then they show as they are written.
window.course.whenNear(".math", () => window.course.load("vendor/mathjax/tex-mml-chtml.js"));

// The theme's search button shows more words than its label says, so the label goes.
for (const button of document.querySelectorAll(".search-button-field")) button.removeAttribute("aria-label");
