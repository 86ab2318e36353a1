// Type parentheses, and watch a small transformer read them: its guesses beside the exact chances,
// what its heads look at, and how deep it thinks it is.
import { randomStream, softmax } from "./chances.js";
import { depthLine } from "./depth_line.js";
import { barTable, button, h, keyboard, listen, newId, percent, slider } from "./dom.js";
import { headsView } from "./heads.js";
import { balanced, depths, lawOf, SYMBOLS, tokensOf } from "./parens_law.js";
import { tokenRow } from "./strip.js";
import { run, unpack } from "./transformer.js";

const TRIES = 1000; // a string without a clock may grow too long
const signed = (number) => number.toFixed(2).replace("-", "−");

// The model's answer to a text: chances of the next token, patterns and residual stream.
function answer(net, text) {
  const seen = {};
  const logits = run(net, tokensOf(text), (name, value) => { seen[name] = value; });
  const layers = [...Array(net.config.n_layers).keys()];
  return {
    chances: logits.map((row) => softmax(Array.from(row), 1)),
    patterns: layers.flatMap((i) => seen[`blocks.${i}.attn.hook_pattern`]),
    stages: [seen["blocks.0.hook_resid_pre"], ...layers.map((i) => seen[`blocks.${i}.hook_resid_post`])],
  };
}

// Whether a string is balanced, in a sentence.
function verdict(text, open) {
  const wrong = open.findIndex((depth) => depth < 0);
  if (wrong >= 0) return `Not balanced: symbol ${wrong}, a “)”, closes nothing.`;
  if (text === "") return "Nothing typed yet.";
  const last = open[text.length];
  return last === 0 ? "Balanced." : `Not balanced yet: ${last} still open.`;
}

function render({ model, el }) {
  const net = unpack(model.get("net"));
  const law = lawOf(model.get("law"));
  const longest = model.get("law") ? 2 * (model.get("law").length - 1) : Infinity;
  const most = net.config.context - 1;
  const probes = model.get("probes");
  let open = [0];
  let said = null;

  function write(text) {
    const next = text.slice(0, most);
    model.set("chosen", Math.min(model.get("chosen"), next.length)); // never a token that is gone
    model.set("text", next);
    model.set("chosen", next.length);
    model.save_changes();
  }
  const choose = (i) => { model.set("chosen", i); model.save_changes(); };

  // What is typed.
  const field = h("input", { ...keyboard(), type: "text", id: newId("parens"), class: "cw-parens", maxlength: most,
    autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    on: { input: () => {
      const typed = field.value;
      write(typed.replace(/[^()]/g, ""));
      if (typed === model.get("text")) return;
      field.value = model.get("text");
      show();
      status.textContent = `Only ${most} symbols, ( and ), can be read. ${status.textContent}`;
    } } });
  const add = (symbol) => button(symbol, () => write(model.get("text") + symbol), { "aria-label": `Add ${symbol}` });
  const adders = [add("("), add(")")];
  const erasers = [
    button("Delete", () => write(model.get("text").slice(0, -1)), { "aria-label": "Delete the last symbol" }),
    button("Clear", () => write("")),
  ];
  const another = button("Random balanced", () => {
    const next = randomStream(model.get("seed"));
    model.set("seed", model.get("seed") + 1);
    for (let i = 0, text = null; text === null && i < TRIES; i++) {
      text = balanced(law, most, next);
      if (text !== null) write(text);
    }
  });
  const examples = model.get("examples").map(([label, text]) => button(label, () => write(text)));

  // What is shown.
  const status = h("p", { class: "cw-status", role: "status" });
  const strip = tokenRow("What the model reads; choose a token", choose);
  const bars = barTable("What comes next", ["Token and who says so", "Probability"]);
  const why = h("p", { class: "cw-note" });
  const line = depthLine(choose);
  const depth = h("p", { class: "cw-note" });
  const stage = probes.length === 0 ? null : slider(model, "stage", { label: "Read off", min: 0, max: probes.length - 1,
    step: 1, say: (i) => (i === 0 ? "before block 1" : `after block ${i}`) });
  const labels = Array.from({ length: net.config.n_layers * net.config.n_heads }, (_, i) => (
    `block ${Math.floor(i / net.config.n_heads) + 1}, head ${(i % net.config.n_heads) + 1}`
  ));
  const heads = headsView(labels, (name, i) => (name === "row" ? choose(i) : (model.set(name, i), model.save_changes())),
    { told: false });

  function read() {
    const text = model.get("text");
    open = depths(text);
    said = answer(net, text);
    if (field.value !== text) field.value = text;
    for (const one of adders) one.disabled = text.length >= most;
    for (const one of erasers) one.disabled = text === "";
    heads.read(["END", ...text], (head, row, column) => said.patterns[head][row][column]);
    show();
  }

  function show() {
    const [text, head] = [model.get("text"), model.get("head")];
    const here = Math.min(model.get("chosen"), text.length);
    const broken = open.slice(0, here + 1).some((value) => value < 0);
    const exact = broken ? null : law(here, open[here]);
    const chances = said.chances[here];
    strip.update(["END", ...text].map((symbol, i) => ({ text: symbol, share: said.patterns[head][here][i],
      name: `${i === 0 ? "END, which also begins a string" : `symbol ${i}, ${symbol}`}, ${open[i]} open` })), here);
    bars.update(SYMBOLS.flatMap((symbol, i) => [
      { label: `${symbol} model`, share: chances[i] }, exact && { label: `${symbol} exact`, share: exact[i], law: true },
    ].filter(Boolean)), here === 0 ? "What comes first" : `What comes after symbol ${here}, “${text[here - 1]}”`);
    why.textContent = [exact ? "" : noLaw(here, broken), broken ? "" : forbidden(chances, open[here])].join(" ");
    showDepth(here);
    heads.show(head, here);
    const best = chances.indexOf(Math.max(...chances));
    status.textContent = `${verdict(text, open)} ${here === text.length ? "Next" : `After symbol ${here}`}, the model finds `
      + `“${SYMBOLS[best]}” likeliest: ${percent(chances[best])}`
      + (exact ? `; exactly, it has ${percent(exact[best])}.` : "; there is no exact answer.");
  }

  function noLaw(here, broken) {
    if (broken) return "No exact answer: no balanced string begins like this, and the model has never seen one that does.";
    if (here > longest) return `No exact answer: the strings it learned from have at most ${longest} symbols.`;
    return `No exact answer: ${open[here]} open ones can't be closed within ${longest} symbols.`;
  }

  function showDepth(here) {
    if (stage) stage.show();
    const probe = stage && probes[model.get("stage")];
    const found = probe && said.stages[model.get("stage")].map((row, place) => (place === 0 ? null // END
      : row.reduce((sum, value, i) => sum + value * probe[i], probe[row.length])
    ));
    line.update(open, found, here);
    depth.textContent = `Open after the chosen token: ${signed(open[here]).replace(".00", "")}`
      + (found && here > 0 ? `; read off the model: ${signed(found[here])}.` : ".");
  }

  el.replaceChildren(h("div", { class: "cw cw-model" },
    h("div", { class: "cw-control" }, h("label", { for: field.id }, "Parentheses"), field),
    h("div", { class: "cw-buttons" }, ...adders, ...erasers, another),
    h("div", { class: "cw-buttons", role: "group", "aria-label": "Ready strings" }, ...examples),
    status, strip.root,
    h("div", { class: "cw-pair" }, h("div", {}, bars.root, why),
      h("div", {}, h("p", { class: "cw-note" }, "How many are open"), line.root, stage?.root ?? null, depth)),
    h("p", { class: "cw-note" }, "Where the chosen token looks: the strip above is colored by the chosen head."),
    heads.root));
  read();
  return listen(model, { text: read, chosen: show, head: show, stage: show });
}

// How much the model gives to what the grammar forbids.
function forbidden(chances, open) {
  const wrong = open > 0 ? 2 : 1;
  const share = chances[wrong] < 1e-4 ? "less than 0.01 %" : percent(chances[wrong]);
  return `On “${SYMBOLS[wrong]}”, which can't come here, the model puts ${share}.`;
}

export default { render };
