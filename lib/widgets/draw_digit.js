// Draw a digit and watch a small network read it: its layers and its ten probabilities.
import { softmax } from "./chances.js";
import { barTable, button, h, keyboard, listen, percent } from "./dom.js";
import { forward, packed, raster, unpacked } from "./digit_net.js";
import { halves } from "./weights.js";

const BOARD = 280; // pixels of the board; the page scales it
const STEP = 1 / 20; // of the board, for an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAPER = "#ffffff";
const INK = "#1c1c1c";
const BETWEEN = "#c9ccd1";
const NAMES = { conv: "Convolution", relu: "ReLU", pool: "Pooling", linear: "Full layer" };
const PICTURE = "display: block; border: 1px solid var(--cw-line); border-radius: 4px; image-rendering: pixelated;"
  + "max-inline-size: 100%; background: #ffffff;";

function render({ model, el }) {
  const layers = model.get("layers");
  const weights = halves(model.get("weights"));
  let strokes = [];
  let pen = null; // the line that is being drawn
  let cursor = null; // where the keyboard's pen is; null while the mouse or a finger draws
  let shown = -1; // the example on the board

  const board = h("canvas", {
    ...keyboard(), width: BOARD, height: BOARD, tabindex: 0, role: "application",
    "aria-label": "Drawing board. Arrow keys move the pen, the space bar puts it down and lifts it, Delete clears.",
    style: `${PICTURE} inline-size: min(100%, 17rem); aspect-ratio: 1; touch-action: none; cursor: crosshair;`,
    on: {
      pointerdown: (event) => {
        board.setPointerCapture(event.pointerId);
        cursor = null;
        begin(place(event));
      },
      pointermove: (event) => { if (pen && !cursor) extend(place(event)); },
      pointerup: () => finish(),
      pointercancel: () => finish(),
      focus: () => paintBoard(),
      blur: () => { if (cursor) { cursor = null; finish(); } paintBoard(); },
      keydown: (event) => typed(event),
    },
  });
  const status = h("p", { class: "cw-status", role: "status" });
  const bars = barTable("What the network says", ["Digit", "Probability"]);
  const inner = h("div", { style: "display: flex; flex-wrap: wrap; gap: 0.75rem 1.25rem;" });

  const place = (event) => {
    const box = board.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      .map((value) => Math.min(1, Math.max(0, value)));
  };
  function begin(point) {
    if (shown >= 0) strokes = [];
    shown = -1;
    pen = [point];
    strokes.push(pen);
    look();
  }
  function extend(point) {
    const last = pen[pen.length - 1];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) < 0.01) return;
    pen.push(point);
    look();
  }
  function finish() {
    pen = null;
    announce();
  }
  function look() {
    model.set("image", packed(raster(strokes)));
    model.save_changes();
  }
  function clear() {
    strokes = [];
    pen = null;
    shown = -1;
    look();
    announce();
  }
  function typed(event) {
    if (ARROWS[event.key]) {
      cursor = (cursor ?? [0.5, 0.5]).map((value, axis) => (
        Math.min(0.95, Math.max(0.05, value + STEP * ARROWS[event.key][axis]))
      ));
      if (pen) extend(cursor); else paintBoard();
    } else if (event.key === " ") {
      cursor ??= [0.5, 0.5];
      if (pen) finish(); else begin(cursor);
      paintBoard();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function paintBoard() {
    const draw = board.getContext("2d");
    draw.fillStyle = PAPER;
    draw.fillRect(0, 0, BOARD, BOARD);
    if (strokes.length === 0) paint(draw, unpacked(model.get("image")), 28, 28, BOARD / 28, INK);
    draw.strokeStyle = draw.fillStyle = INK;
    draw.lineWidth = BOARD / 12;
    draw.lineCap = draw.lineJoin = "round";
    for (const line of strokes) {
      draw.beginPath();
      draw.moveTo(...line[0].map((value) => value * BOARD));
      for (const point of line) draw.lineTo(...point.map((value) => value * BOARD));
      draw.stroke();
    }
    if (cursor && document.activeElement === board) {
      draw.lineWidth = 3;
      draw.strokeStyle = color(pen ? "--palette-model" : "--palette-text");
      draw.beginPath();
      draw.arc(cursor[0] * BOARD, cursor[1] * BOARD, 9, 0, 2 * Math.PI);
      draw.stroke();
    }
  }

  // One picture for each layer worth a look: its maps side by side, or its numbers in a strip.
  const pictures = layers.map(({ kind }, i) => {
    const next = layers[i + 1]?.kind;
    return kind === "flatten" || next === "relu" || i === layers.length - 1 ? null : layerPicture();
  });
  const input = layerPicture();
  inner.append(...[input, ...pictures].filter(Boolean).map(({ root }) => root));

  function show() {
    const pixels = unpacked(model.get("image"));
    const seen = forward(layers, weights, pixels);
    const chances = softmax(Array.from(seen[seen.length - 1].values), 1);
    const empty = pixels.every((value) => value === 0);
    const best = chances.indexOf(Math.max(...chances));
    bars.update(chances.map((share, digit) => ({ label: String(digit), share, strong: !empty && digit === best })),
      empty ? "What the network says of an empty board" : "What the network says");
    paintBoard();
    input.paint("What it reads", { shape: [1, 28, 28], values: pixels }, INK);
    pictures.forEach((picture, i) => {
      const name = layers[i].kind === "relu" ? NAMES[layers[i - 1].kind] : NAMES[layers[i].kind];
      picture?.paint(name, seen[i], color("--palette-model"));
    });
    return { chances, best, empty };
  }
  function announce() {
    const { chances, best, empty } = show();
    status.textContent = empty
      ? "Draw a digit: with the mouse, a finger, or the arrow keys and the space bar."
      : `It reads a ${best}, with ${percent(chances[best])}.`
        + (shown < 0 ? "" : ` The example's label says ${model.get("labels")[shown]}.`);
  }

  const examples = model.get("examples");
  const buttons = h("div", { class: "cw-buttons" },
    button("Clear", clear),
    button("Take back the last line", () => { strokes.pop(); if (shown < 0) { look(); announce(); } }),
    examples.length === 0 ? null : button("Show an example", () => {
      shown = (shown + 1) % examples.length;
      strokes = [];
      model.set("image", examples[shown]);
      model.save_changes();
      announce();
    }));
  el.replaceChildren(h("div", { class: "cw" },
    h("div", { style: "display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: flex-start;" },
      h("div", { style: "flex: 1 1 14rem; min-inline-size: 0;" }, board, buttons, status),
      h("div", { style: "flex: 1 1 14rem; min-inline-size: 0;" }, bars.root)),
    h("details", { open: true }, h("summary", {}, "What the layers see"), inner)));
  if (model.get("image") === examples[0]) shown = 0;
  announce();
  return listen(model, { image: () => show() });
}

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Numbers as squares, from paper for zero and below to full ink for the largest.
function paint(draw, values, rows, columns, side, ink, largest = 1) {
  draw.fillStyle = ink;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const share = values[y * columns + x] / largest;
      if (share <= 0) continue;
      draw.globalAlpha = Math.min(1, share);
      draw.fillRect(x * side, y * side, side, side);
    }
  }
  draw.globalAlpha = 1;
}

function layerPicture() {
  const canvas = h("canvas", { role: "img", style: `${PICTURE} margin: 0;` });
  const caption = h("div", { class: "cw-note" });
  const root = h("div", { style: "min-inline-size: 0;" }, canvas, caption);
  const paintLayer = (name, { shape, values }, ink) => {
    const [maps, rows, columns] = shape.length === 3 ? shape : [1, 1, shape[0]];
    const side = shape.length === 3 ? Math.max(2, Math.round(56 / rows)) : 8;
    const across = Math.ceil(maps / Math.max(1, Math.floor(Math.sqrt(maps / 2))));
    const [wide, high] = [columns * side + 4, (shape.length === 3 ? rows * side : 24) + 4];
    canvas.width = Math.min(maps, across) * wide - 4;
    canvas.height = Math.ceil(maps / across) * high - 4;
    const draw = canvas.getContext("2d");
    const largest = Math.max(1e-9, ...values);
    const flat = shape.length === 3 ? 1 : 3; // a strip is three squares high
    draw.fillStyle = BETWEEN;
    draw.fillRect(0, 0, canvas.width, canvas.height);
    for (let m = 0; m < maps; m++) {
      draw.setTransform(1, 0, 0, flat, (m % across) * wide, Math.floor(m / across) * high);
      draw.fillStyle = PAPER;
      draw.fillRect(0, 0, columns * side, rows * side);
      paint(draw, values.slice(m * rows * columns, (m + 1) * rows * columns), rows, columns, side, ink, largest);
    }
    const size = shape.length === 1 ? `${columns} numbers`
      : `${maps === 1 ? "" : `${maps} maps of `}${rows} × ${columns} numbers`;
    caption.textContent = `${name}: ${size}`;
    const active = values.filter((value) => value > 0.05 * largest).length;
    canvas.setAttribute("aria-label", `${name}: ${size}, of which ${active} are clearly above zero.`);
  };
  return { root, paint: paintLayer };
}

export default { render };
