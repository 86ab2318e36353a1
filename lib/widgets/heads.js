// Attention patterns side by side; one of them large, to be read token by token.
import { barTable, h, keyboard } from "./dom.js";

const SHOWN = 8;
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// `labels` name the heads; pick(name, number) is told of a "head" or a "row". `above` stands over
// the bars; `told` is false where something else is read aloud. read(tokens, at) gives it patterns,
// at(head, row, column); show(head, row) chooses.
export function headsView(labels, pick, { above = null, told = true } = {}) {
  let tokens = [];
  let at = () => 0;

  const buttons = labels.map((label, i) => h("button",
    { ...keyboard(), type: "button", class: "cw-head", on: { click: () => pick("head", i) } },
    h("canvas", { width: 96, height: 96, "aria-hidden": "true" }), h("span", {}, label)));
  const large = h("canvas", { width: 480, height: 480, class: "cw-large", role: "img" });
  const rowAt = (event) => {
    const box = large.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * tokens.length);
    if (row >= 0 && row < tokens.length) pick("row", row);
  };
  large.addEventListener("mousemove", rowAt);
  large.addEventListener("click", rowAt);
  const bars = barTable("What it looks at", ["Token", "Weight"]);
  const note = h("p", { class: "cw-note", role: told ? "status" : null });

  // The pattern as dots of ink: the darker, the more weight; the chosen row is framed.
  function paint(canvas, head, row) {
    const size = tokens.length;
    const [pen, cell] = [canvas.getContext("2d"), canvas.width / size];
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingEnabled = size > canvas.width;
    pen.drawImage(inked(size, (i, j) => at(head, i, j)), 0, 0, canvas.width, canvas.height);
    if (row === null) return;
    pen.strokeStyle = color("--palette-highlight");
    pen.lineWidth = 3;
    pen.strokeRect(1.5, row * cell + 1.5, canvas.width - 3, Math.max(cell - 3, 1));
  }

  function read(words, weight) {
    [tokens, at] = [words, weight];
    buttons.forEach((button, i) => paint(button.firstChild, i, null));
  }

  function show(head, row) {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === head)));
    paint(large, head, row);
    const order = tokens.map((_, j) => j).sort((a, b) => at(head, row, b) - at(head, row, a) || a - b)
      .filter((j) => at(head, row, j) > 0);
    const place = (j) => (j === row ? "itself" : `${Math.abs(row - j)} ${j < row ? "back" : "ahead"}`);
    bars.update(order.slice(0, SHOWN).map((j, i) => ({
      label: `${tokens[j]} (${place(j)})`, share: at(head, row, j), strong: i === 0,
    })), `${labels[head]}: what “${tokens[row]}” looks at`);
    note.textContent = order.length === 0 ? "It looks at nothing."
      : `${labels[head]}, token ${row + 1}: most at “${tokens[order[0]]}”, ${place(order[0])}.`;
    large.setAttribute("aria-label", `The pattern of ${labels[head]}: rows are the tokens that look, columns what they `
      + `look at, darker for more. The row of “${tokens[row]}” is framed.`);
  }
  const root = h("div", { class: "cw-heads" },
    h("div", { class: "cw-many", role: "group", "aria-label": "Heads" }, ...buttons),
    h("div", { class: "cw-pair" }, large, h("div", {}, above, bars.root, note)));
  return { root, read, show };
}

// A square picture with a pixel for each weight.
function inked(size, weight) {
  const canvas = h("canvas", { width: size, height: size });
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(size, size);
  const ink = [1, 3, 5].map((i) => parseInt(color("--palette-model").slice(i, i + 2), 16));
  for (let i = 0; i < size * size; i++) {
    image.data.set([...ink, Math.round(255 * weight(Math.floor(i / size), i % size))], 4 * i);
  }
  pen.putImageData(image, 0, 0);
  return canvas;
}
