// Many attention patterns side by side; one of them large, to be read token by token.
import { barTable, h, keyboard, listen, slider, visible } from "./dom.js";

const SHOWN = 8;
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function render({ model, el }) {
  const tokens = model.get("tokens").map(visible);
  const [labels, patterns] = [model.get("labels"), model.get("patterns")];
  const size = tokens.length;
  const at = (head, row, column) => patterns[head][row * size + column];

  // The pattern as dots of ink: the darker, the more weight; the chosen row is framed.
  function paint(canvas, head, row) {
    const pen = canvas.getContext("2d");
    const cell = canvas.width / size;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = color("--palette-model");
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        pen.globalAlpha = at(head, i, j);
        pen.fillRect(j * cell, i * cell, cell, cell);
      }
    }
    pen.globalAlpha = 1;
    if (row === null) return;
    pen.strokeStyle = color("--palette-highlight");
    pen.lineWidth = 3;
    pen.strokeRect(1.5, row * cell + 1.5, canvas.width - 3, Math.max(cell - 3, 1));
  }

  const choose = (name, i) => { model.set(name, i); model.save_changes(); };
  const heads = labels.map((label, i) => {
    const canvas = h("canvas", { width: 96, height: 96, "aria-hidden": "true" });
    paint(canvas, i, null);
    return h("button", { ...keyboard(), type: "button", class: "cw-head", on: { click: () => choose("head", i) } },
      canvas, h("span", {}, label));
  });
  const large = h("canvas", { width: 480, height: 480, class: "cw-large", role: "img" });
  const rowAt = (event) => {
    const box = large.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * size);
    if (row >= 0 && row < size) choose("row", row);
  };
  large.addEventListener("mousemove", rowAt);
  large.addEventListener("click", rowAt);
  const picker = slider(model, "row", { label: "Token", min: 0, max: size - 1, step: 1, say: (i) => `${i + 1}. ${tokens[i]}` });
  const bars = barTable("What it looks at", ["Token", "Weight"]);
  const note = h("p", { class: "cw-note", role: "status" });

  function show() {
    const [head, row] = [model.get("head"), model.get("row")];
    heads.forEach((button, i) => button.setAttribute("aria-pressed", String(i === head)));
    picker.show();
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
  el.replaceChildren(h("div", { class: "cw cw-heads" },
    h("div", { class: "cw-many", role: "group", "aria-label": "Heads" }, ...heads),
    h("div", { class: "cw-pair" }, large, h("div", {}, picker.root, bars.root, note))));
  show();
  return listen(model, { head: show, row: show });
}

export default { render };
