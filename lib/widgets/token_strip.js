// A text as a strip of tokens, colored by the model's surprise at each.
import { h, listen, visible } from "./dom.js";
import { tokenRow } from "./strip.js";

const bits = (number) => `${number.toFixed(2)} bits`;

function render({ model, el }) {
  const tokens = model.get("tokens");
  const surprisals = model.get("surprisals");
  const details = model.get("details");
  const top = Math.max(...surprisals.filter((value) => value !== null), 1e-9);
  const told = h("p", { class: "cw-status", role: "status" });
  const strip = tokenRow("Tokens", (i) => { model.set("chosen", i); model.save_changes(); });
  const parts = tokens.map((token, i) => ({
    text: token.replaceAll("\n", "↵\n"),
    name: `${visible(token)}${surprisals[i] === null ? "" : `, ${bits(surprisals[i])}`}`,
    share: (surprisals[i] ?? 0) / top,
  }));

  function show() {
    const now = model.get("chosen");
    strip.update(parts, now);
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
  el.replaceChildren(h("div", { class: "cw cw-tokens" }, strip.root, told, summary));
  show();
  return listen(model, { chosen: show });
}

export default { render };
