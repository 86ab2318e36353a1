// Elements that the widgets share. Every control has a label and can be reached by keyboard;
// JupyterLab leaves the keys alone where data-lm-suppress-shortcuts stands on the input itself.

const KEYS = { "data-lm-suppress-shortcuts": "true" };
let made = 0;

// h("p", { class: "note", on: { click: f } }, "text", child)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (value !== false && value != null) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// An id that no other widget of the page has.
export function newId(prefix) {
  made += 1;
  return `cw-${prefix}-${made}-${Math.random().toString(36).slice(2, 7)}`;
}

export function button(label, listener, attributes = {}) {
  return h("button", { type: "button", class: "cw-button", ...attributes, on: { click: listener } }, label);
}

// A slider bound to a number of the model. `say` turns the number into words.
export function slider(model, key, { label, min, max, step, say = String }) {
  const id = newId(key);
  const value = h("output", { for: id, class: "cw-value" });
  const input = h("input", {
    ...KEYS, type: "range", id, min, max, step,
    on: { input: () => { model.set(key, Number(input.value)); model.save_changes(); } },
  });
  const show = () => {
    input.value = model.get(key);
    value.textContent = say(model.get(key));
    input.setAttribute("aria-valuetext", say(model.get(key)));
  };
  show();
  return { show, root: h("div", { class: "cw-control" }, h("label", { for: id }, label), input, value) };
}

export function numberField(model, key, { label, min, max }) {
  const id = newId(key);
  const input = h("input", {
    ...KEYS, type: "number", id, min, max, step: 1,
    on: { change: () => {
      const number = Math.round(Number(input.value));
      model.set(key, Math.min(max, Math.max(min, Number.isFinite(number) ? number : min)));
      model.save_changes();
      show();
    } },
  });
  const show = () => { input.value = model.get(key); };
  show();
  return { show, root: h("div", { class: "cw-control" }, h("label", { for: id }, label), input) };
}

// A table whose second column is drawn as bars. rows: [{ label, share, strong, off, law }]
export function barTable(captionText, head) {
  const body = h("tbody");
  const caption = h("caption", {}, captionText);
  const table = h("table", { class: "cw-bars" }, caption,
    h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))), body);
  const update = (rows, text = captionText) => {
    caption.textContent = text;
    body.replaceChildren(...rows.map(({ label, share, strong, off, law }) => {
      const bar = h("div", {}, percent(share));
      bar.style.setProperty("--share", share);
      const kind = [strong && "cw-strong", off && "cw-out", law && "cw-law"].filter(Boolean).join(" ");
      return h("tr", { class: kind || null }, h("th", { scope: "row" }, label), h("td", {}, bar));
    }));
  };
  return { root: h("div", { class: "cw-room" }, table), update };
}

export function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.001 ? 2 : 1)} %`;
}

// A symbol with its outer spaces made visible, as in the book's figures.
export function visible(symbol) {
  return symbol.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
}

// Text with `code` between backticks.
export function rich(text) {
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : document.createTextNode(part)));
}

export function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

// Listen to a model until the widget is removed; returns the function that stops listening.
export function listen(model, handlers) {
  const entries = Object.entries(handlers).map(([key, handler]) => [`change:${key}`, handler]);
  for (const [event, handler] of entries) model.on(event, handler);
  return () => { for (const [event, handler] of entries) model.off(event, handler); };
}

export function keyboard() {
  return KEYS;
}
