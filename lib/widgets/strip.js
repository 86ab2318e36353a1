// Tokens in a row, one of them chosen: by pointer, arrow keys, Home and End.
import { h, keyboard } from "./dom.js";

// `pick` is told of a token's number; update([{ text, name, share }], chosen) shows them.
export function tokenRow(label, pick) {
  const root = h("div", { class: "cw-strip", role: "listbox", "aria-label": label, "aria-orientation": "horizontal" });
  let now = 0;
  const over = (event) => {
    const i = [...root.children].indexOf(event.target);
    if (i >= 0 && i !== now) pick(i);
  };
  root.addEventListener("mouseover", over);
  root.addEventListener("click", over);
  root.addEventListener("keydown", (event) => {
    const last = root.children.length - 1;
    const next = { ArrowRight: Math.min(now + 1, last), ArrowLeft: Math.max(now - 1, 0), Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    pick(next);
    root.children[next].focus();
  });

  function update(tokens, chosen) {
    now = chosen;
    while (root.children.length > tokens.length) root.lastChild.remove();
    while (root.children.length < tokens.length) root.append(h("span", { ...keyboard(), class: "cw-token", role: "option" }));
    tokens.forEach(({ text, name, share }, i) => {
      const part = root.children[i];
      if (part.textContent !== text) part.textContent = text;
      part.setAttribute("aria-label", name);
      part.setAttribute("aria-selected", String(i === now));
      part.tabIndex = i === now ? 0 : -1;
      part.style.setProperty("--share", share);
    });
  }
  return { root, update };
}
