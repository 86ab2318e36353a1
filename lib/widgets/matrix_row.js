// The matrix of a text: a row for each prompt, a column for each next word, and a row picker.
import { entropy } from "./chances.js";
import { barTable, button, h, keyboard, listen, newId, slider } from "./dom.js";
import { indexed, rowOf, seenRows } from "./matrix_counts.js";

const LONGEST = 4;
const SHOWN = 10;
const SIDE = 800; // pixels of the picture; the page scales it
const FIELD = "font: inherit; color: inherit; background: var(--cw-surface);"
  + "border: 1px solid var(--cw-line); border-radius: 4px; padding: 0.25rem 0.5rem; min-inline-size: 0;";
const PICTURE = "display: block; inline-size: min(100%, 30rem); aspect-ratio: 1; cursor: crosshair;"
  + "border: 1px solid var(--cw-line); border-radius: 4px; background: var(--cw-surface);";

const count = (number) => number.toLocaleString("en-US");
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function render({ model, el }) {
  const { names, place, ids } = indexed(model.get("text").split(" "));
  const kept = new Map(); // rows and picture by the prompt's length
  let at = 0; // the row's position among the seen ones of its length, -1 if it is empty
  let prompt = [];
  const say = (row) => row.map((id) => names[id]).join(" ");
  const go = (row) => { model.set("prompt", say(row)); model.save_changes(); };
  const ofLength = (length) => {
    if (!kept.has(length)) {
      const rows = seenRows(ids, length);
      kept.set(length, { rows, cells: rows.reduce((sum, row) => sum + row.cells.length, 0), picture: null });
    }
    return kept.get(length);
  };

  const field = h("input", {
    ...keyboard(), type: "text", id: newId("prompt"), autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", style: FIELD, on: { change: () => typed() },
  });
  const picker = slider(
    { get: () => Math.max(at, 0), set: (_, row) => go(ofLength(prompt.length).rows[row].prompt), save_changes() {} },
    "row",
    { label: "Row", min: 0, max: 0, step: 1,
      say: (row) => `${count(row + 1)} of ${count(ofLength(prompt.length).rows.length)}` },
  );
  const shorter = button("Drop the last word", () => go(prompt.slice(0, -1)));
  const forget = button("Drop the first word", () => go(prompt.slice(1)));
  const status = h("p", { class: "cw-status", role: "status" });
  const bars = barTable("Next word", ["Next word", "Probability"]);
  const note = h("p", { class: "cw-note" });
  const fill = h("p", { class: "cw-note" });
  const canvas = h("canvas", { width: SIDE, height: SIDE, role: "img", style: PICTURE, on: { click: (event) => {
    const { rows } = ofLength(prompt.length);
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows.length);
    go(rows[Math.min(Math.max(row, 0), rows.length - 1)].prompt);
  } } });

  function typed() {
    const found = field.value.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? [];
    const words = found.map((word) => (place.has(word) ? word : word.replaceAll("’", "'")));
    const strange = words.find((word) => !place.has(word));
    if (words.length === 0 || strange) {
      status.textContent = strange
        ? `“${strange}” is not in this text: the matrix has no row and no column for it.`
        : "Type one word of the text, or more.";
      return;
    }
    go(words.slice(-LONGEST).map((word) => place.get(word)));
    show(); // the field again, if the prompt is the one that was there
  }

  function extend(id) {
    go([...prompt, id].slice(-LONGEST));
    (bars.root.querySelector("button") ?? shorter).focus();
  }

  // The matrix itself is drawn once for each length, the picked row over a copy of it.
  function paint(next) {
    const level = ofLength(prompt.length);
    const [wide, tall] = [SIDE / names.length, SIDE / level.rows.length];
    if (!level.picture) {
      level.picture = h("canvas", { width: SIDE, height: SIDE });
      const pen = level.picture.getContext("2d");
      pen.fillStyle = color("--palette-text");
      pen.globalAlpha = 0.8;
      level.rows.forEach((row, y) => row.cells.forEach((x) => {
        pen.fillRect(x * wide, y * tall, Math.max(wide, 2), Math.max(tall, 2));
      }));
    }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, SIDE, SIDE);
    pen.drawImage(level.picture, 0, 0);
    if (at < 0) return;
    pen.fillStyle = color("--palette-highlight");
    pen.globalAlpha = 0.5;
    pen.fillRect(0, at * tall - 1, SIDE, Math.max(tall, 3));
    pen.globalAlpha = 1;
    for (const [x] of next) pen.fillRect(x * wide - 2, at * tall - 4, Math.max(wide, 5), Math.max(tall, 9));
  }

  function show() {
    prompt = model.get("prompt").split(" ").map((word) => place.get(word));
    const { rows, cells } = ofLength(prompt.length);
    const key = prompt.join();
    at = rows.findIndex((row) => row.key === key);
    const next = rowOf(ids, prompt);
    const total = next.reduce((sum, [, times]) => sum + times, 0);
    const shares = next.map(([, times]) => times / total);
    field.value = say(prompt);
    picker.root.querySelector("input").max = rows.length - 1;
    picker.show();
    shorter.disabled = forget.disabled = prompt.length < 2;
    status.textContent = total === 0
      ? `Nothing follows “${say(prompt)}” in this text: its row is empty.`
      : `“${say(prompt)}” is followed by a word ${total === 1 ? "once" : `${count(total)} times`}. `
        + `${count(next.length)} of ${count(names.length)} cells in its row ${next.length === 1 ? "is" : "are"} filled; `
        + `entropy ${Math.abs(entropy(shares)).toFixed(2)} bits.`;
    bars.update(next.slice(0, SHOWN).map(([id, times], i) => ({
      label: button(names[id], () => extend(id), {
        "aria-label": `${names[id]}: add it to the prompt`, style: "padding: 0 0.5rem; min-block-size: 1.7rem;",
      }),
      share: times / total, strong: i === 0,
    })), total === 0 ? "No next word" : "Next word; press one to make the prompt longer");
    const left = next.length - SHOWN;
    note.textContent = left > 0 ? `and ${count(left)} more` : "";
    const words = prompt.length === 1 ? "one word" : `${prompt.length} words`;
    const possible = names.length ** prompt.length;
    fill.textContent = `Prompts of ${words}: ${count(rows.length)} rows of ${count(possible)} possible ones are `
      + `not empty; in them ${count(cells)} cells are filled, ${(cells / rows.length).toFixed(1)} a row.`;
    canvas.setAttribute("aria-label", `The rows that are not empty, for prompts of ${words}, as dots for filled `
      + `cells. Rows and columns run from common to rare words, and the dots thin out that way. `
      + (at < 0 ? "The picked row is not among them." : `The row of “${say(prompt)}” is marked.`));
    paint(next);
  }

  el.replaceChildren(h("div", { class: "cw" },
    h("div", { class: "cw-controls" },
      h("div", { class: "cw-control" }, h("label", { for: field.id }, "Prompt"), field), picker.root),
    h("div", { class: "cw-buttons" }, shorter, forget), status, bars.root, note,
    h("p", { class: "cw-note" }, "The matrix: down, the rows that are not empty; across, the next word; both from common to "
      + "rare. A dot is a filled cell. Press a place to pick the row there."), canvas, fill));
  show();
  return listen(model, { prompt: show });
}

export default { render };
