// A live n-gram model of letters: it counts the text it is given and writes, letter by letter.
import { draw, randomStream } from "./chances.js";
import { LETTERS, nextLetter, normalize } from "./counting.js";
import {
  barTable, button, calm, h, keyboard, listen, newId, numberField, percent, slider, visible,
} from "./dom.js";

const LONGEST = 2000; // letters written before it rests
const BEGUN = 90; // letters that the compact form has written when it appears
const LARGEST = 500000; // letters of a pasted text that are counted

// The letters written so far and the law of the next one, for the model's present settings.
function writer(model) {
  let letters = [];
  let next = randomStream(model.get("seed"));
  const written = () => model.get("prompt") + letters.map((one) => one.letter).join("");
  const law = () => nextLetter(model.get("text"), written(), model.get("n"), model.get("temperature"));
  return {
    law,
    written,
    letters: () => letters,
    full: () => letters.length >= LONGEST,
    restart() { letters = []; next = randomStream(model.get("seed")); },
    add() {
      const found = law();
      const i = draw(found.chances, next());
      letters.push({ letter: LETTERS[i], chance: found.chances[i], dropped: found.dropped });
      return letters[letters.length - 1];
    },
  };
}

function contextLine({ asked, context, total, dropped }) {
  const quote = (text) => h("code", {}, visible(text));
  const times = `${total.toLocaleString("en")} ${total === 1 ? "time" : "times"}`;
  if (asked === "") return ["No letter before is looked at: ", times.replace(/ times?$/, " letters counted.")];
  if (dropped === 0) return ["After ", quote(asked), ", seen ", times, " with a letter after it:"];
  const back = context === "" ? ["no context at all"] : [quote(context), `, seen ${times}`];
  return ["Nothing ever followed ", quote(asked), " in this text. Backed off to ", ...back, ":"];
}

function ownText(model, given, say) {
  const id = newId("own-text");
  const area = h("textarea", { ...keyboard(), id, rows: 5 });
  const use = (text) => {
    const letters = normalize(text.slice(0, LARGEST));
    if (letters === "") return say("This text has no letter from a to z.");
    model.set("text", letters);
    model.save_changes();
    return say(`Counted ${letters.length.toLocaleString("en")} letters.`);
  };
  return h("details", { class: "cw-own" }, h("summary", {}, "Count another text"),
    h("label", { for: id }, "Paste a text; it stays in your browser."), area,
    h("div", { class: "cw-buttons" }, button("Count this text", () => use(area.value)),
      button("Back to the given text", () => use(given))));
}

function textBox(model, write) {
  const box = h("p", { class: "cw-text", tabindex: 0, role: "group", "aria-label": "Text written so far" });
  const legend = h("p", { class: "cw-note" });
  const show = () => {
    const letters = write.letters();
    const spans = letters.map(({ letter, dropped }) => (dropped === 0 ? letter
      : h("mark", { class: "cw-off", title: `drawn from a context shorter by ${dropped}` }, letter)));
    box.replaceChildren(h("span", { class: "cw-prompt" }, model.get("prompt")), ...spans,
      h("span", { class: "cw-caret", "aria-hidden": "true" }));
    const off = letters.filter((one) => one.dropped > 0).length;
    legend.replaceChildren(`${letters.length} letters; ${off} of them `,
      h("mark", { class: "cw-off" }, "marked"), " because the full context was never seen.");
    box.scrollTop = box.scrollHeight;
  };
  return { show, parts: [box, legend] };
}

function render({ model, el }) {
  const write = writer(model);
  const status = h("p", { class: "cw-status", role: "status" });
  const say = (text) => { status.textContent = text; };
  const context = h("p", { class: "cw-context" });
  const bars = barTable("The likeliest next letters", ["Letter", "Chance"]);
  const box = textBox(model, write);
  const compact = model.get("compact");
  const controls = [
    slider(model, "n", { label: "n (letters in a gram)", min: 1, max: 8, step: 1 }),
    slider(model, "temperature", { label: "Temperature", min: 0, max: 2, step: 0.05,
      say: (t) => (t === 0 ? "0 (always the top)" : t.toFixed(2)) }),
    ...(compact ? [] : [numberField(model, "seed", { label: "Seed", min: 0, max: 999999 })]),
  ];
  let timer = null;

  const show = () => {
    for (const control of controls) control.show();
    const law = write.law();
    context.replaceChildren(...contextLine(law));
    const order = law.chances.map((_, i) => i).sort((a, b) => law.chances[b] - law.chances[a] || a - b);
    const likely = order.filter((i) => law.chances[i] > 0).slice(0, 8);
    bars.update(likely.map((i) => ({ label: visible(LETTERS[i]), share: law.chances[i] })));
    box.show();
  };
  const sync = () => { model.set("output", write.written()); model.save_changes(); };
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    sync();
    say(`Paused after ${write.letters().length} letters.`);
  };
  const add = (count) => {
    stop();
    let last = null;
    for (let i = 0; i < count && !write.full(); i++) last = write.add();
    show();
    sync();
    if (last === null) return say(`It rests after ${LONGEST} letters. Start over.`);
    const name = last.letter === " " ? "space" : last.letter;
    return say(count === 1 ? `Added ${name}, chance ${percent(last.chance)}.` : `Added ${count} letters.`);
  };
  const restart = () => { stop(); write.restart(); show(); sync(); };
  const tick = () => {
    if (write.full() || !el.isConnected) return stop();
    write.add();
    return show();
  };
  const play = button("Play", () => {
    if (timer !== null) return stop();
    play.textContent = "Pause";
    timer = setInterval(tick, 140);
    return say("Writing.");
  }, { hidden: calm() });

  el.replaceChildren(h("div", { class: "cw cw-sampler" },
    h("div", { class: "cw-controls" }, ...controls.map((control) => control.root)),
    h("div", { class: "cw-buttons" }, button("One letter", () => add(1)), button("100 letters", () => add(100)),
      play, button("Start over", () => { restart(); say("Started over."); })),
    ...(compact ? [...box.parts.slice(0, 1), status]
      : [status, ...box.parts, context, bars.root, ownText(model, model.get("text"), say)])));
  const renew = () => {
    if (compact) { // what it writes is all there is to see, so it writes anew
      stop();
      write.restart();
      for (let i = 0; i < BEGUN; i++) write.add();
    }
    show();
  };
  renew();
  const deafen = listen(model, { n: renew, temperature: renew, seed: restart, text: restart, prompt: restart });
  return () => { clearInterval(timer); deafen(); };
}

export default { render };
