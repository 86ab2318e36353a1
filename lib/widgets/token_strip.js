// A text as a strip of tokens, colored by the model's surprise at each.
import { h, keyboard, listen, newId, visible } from "./dom.js";

const bits = (number) => `${number.toFixed(2)} bits`;

function render({ model, el }) {
  const tokens = model.get("tokens");
  const surprisals = model.get("surprisals");
  const details = model.get("details");
  const top = Math.max(...surprisals.filter((value) => value !== null), 1e-9);
  const told = h("p", { class: "cw-status", role: "status", id: newId("told") });
  const parts = tokens.map((token, i) => {
    const value = surprisals[i];
    const part = h("span", { ...keyboard(), class: "cw-token", role: "option", tabindex: -1,
      "aria-label": `${visible(token)}${value === null ? "" : `, ${bits(value)}`}`,
      "data-breaks": token.includes("\n") }, token.replaceAll("\n", "↵\n"));
    part.style.setProperty("--share", value === null ? 0 : value / top);
    return part;
  });
  const strip = h("div", { class: "cw-strip", role: "listbox", "aria-label": "Tokens", "aria-orientation": "horizontal" },
    ...parts);

  const pick = (i) => { model.set("chosen", i); model.save_changes(); };
  strip.addEventListener("mouseover", (event) => {
    const i = parts.indexOf(event.target);
    if (i >= 0) pick(i);
  });
  strip.addEventListener("click", (event) => {
    const i = parts.indexOf(event.target);
    if (i >= 0) pick(i);
  });
  strip.addEventListener("keydown", (event) => {
    const last = parts.length - 1;
    const now = model.get("chosen");
    const next = { ArrowRight: Math.min(now + 1, last), ArrowLeft: Math.max(now - 1, 0), Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    pick(next);
    parts[next].focus();
  });

  function show() {
    const now = model.get("chosen");
    parts.forEach((part, i) => {
      part.tabIndex = i === now ? 0 : -1;
      part.setAttribute("aria-selected", String(i === now));
    });
    const value = surprisals[now];
    const name = `“${visible(tokens[now]).replaceAll("\n", "↵")}”`;
    told.textContent = (value === null ? `${name} was given, not guessed.`
      : `${name}: ${bits(value)}, probability ${Number((100 * 2 ** -value).toPrecision(3))} %.`)
      + (details[now] ? ` ${details[now]}` : "");
  }

  const guessed = surprisals.filter((value) => value !== null);
  const mean = guessed.reduce((sum, value) => sum + value, 0) / guessed.length;
  const summary = h("p", { class: "cw-note" }, `${guessed.length} tokens guessed, ${bits(mean)} each on average: `
    + `a perplexity of ${(2 ** mean).toPrecision(3)}. The fuller a token's bar, the greater the surprise; `
    + `the fullest stands for ${bits(top)}.`);
  el.replaceChildren(h("div", { class: "cw cw-tokens" }, strip, told, summary));
  show();
  return listen(model, { chosen: show });
}

export default { render };
