// A small net in one's hands: set its weights, or let it learn, and watch its map of the plane.
import { button, calm, h, keyboard, listen, newId, numberField, slider } from "./dom.js";
import { chance, judge, learn, look, pointsOf, ramp, size, start } from "./playground_net.js";

const CELLS = 48; // of the map, in each direction
const SIDE = 288; // pixels of the map
const SMALL = 24; // cells of a neuron's map
const REACH = 6; // weights that a slider can reach
const RATES = [0.01, 0.03, 0.1, 0.3, 1, 3];
const NAMES = { line: "One line", xor: "XOR", circle: "Circle", stripes: "Stripes" };
const STILL = 2000; // steps after which it pauses by itself
const SURFACE = "background: var(--cw-surface); ";
const FIELD = SURFACE + "font: inherit; color: inherit; border: 1px solid var(--cw-line); border-radius: 4px; padding: 0.25rem;";

const signed = (number) => number.toFixed(2).replace("-", "−");

function render({ model, el }) {
  let points = pointsOf(model.get("task"));
  let chosen = 0; // the neuron whose weights are shown; after the hidden ones comes the last
  let curve = [];
  let timer = null;
  const hidden = () => model.get("hidden");
  const weights = () => model.get("weights");

  const map = canvas(SIDE, { role: "img", class: "cw-large", style: SURFACE + "touch-action: none; cursor: crosshair; align-self: flex-start;", on: {
    pointerdown: (event) => { map.setPointerCapture(event.pointerId); drag = at(event); },
    pointermove: (event) => { if (drag) fold(drag, at(event)); },
    pointerup: () => { drag = null; tell(); },
    pointercancel: () => { drag = null; },
  } });
  let drag = null;
  const track = h("div", { "aria-hidden": "true", style: "border-block-end: 1px solid var(--cw-line); margin-block-end: 0.8rem;" });
  const status = h("p", { class: "cw-status", role: "status" });
  const neurons = h("div", { class: "cw-many", role: "group", "aria-label": "Neurons; choose one to set its weights" });
  const fields = h("fieldset", { class: "cw-vectors" });

  const task = choice(model, "task", "Task", Object.entries(NAMES));
  const rate = choice(model, "rate", "Learning rate", RATES.map((r) => [r, String(r)]));
  const controls = [task, slider(model, "hidden", { label: "Hidden neurons", min: 0, max: 8, step: 1 }), rate,
    numberField(model, "seed", { label: "Start", min: 0, max: 999999 })];

  function at(event) {
    const box = map.getBoundingClientRect();
    return [2 * (event.clientX - box.left) / box.width - 1, 1 - 2 * (event.clientY - box.top) / box.height];
  }
  // Where the chosen neuron's ramp begins and where it reaches 1, by dragging over the map.
  function fold(from, to) {
    if (chosen >= hidden() && hidden() > 0) return;
    put(3 * (hidden() === 0 ? 0 : chosen), ramp(from, to));
  }
  function put(place, numbers) {
    const next = weights().slice();
    numbers.forEach((number, i) => { next[place + i] = number; });
    set(next, model.get("steps"));
  }
  function set(next, steps, save = true) {
    model.set("steps", steps);
    model.set("weights", next);
    if (save) model.save_changes();
  }
  function tell(lead = "") {
    const { loss, right } = judge(weights(), hidden(), points);
    status.textContent = `${lead}${model.get("steps")} steps, loss ${loss.toFixed(3)}, `
      + `${right} of ${points.length} points on the right side.`;
  }
  function advance(steps, save) {
    const next = learn(weights(), hidden(), points, model.get("rate"), steps);
    if (next.every(Number.isFinite)) set(next, model.get("steps") + steps, save);
    return next.every(Number.isFinite);
  }
  function stop(lead = "Paused. ") {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    play.textContent = "Learn";
    model.save_changes();
    tell(lead);
  }
  function restart(lead) {
    stop("");
    curve = [];
    chosen = Math.min(chosen, hidden());
    points = pointsOf(model.get("task"));
    tell(lead);
  }
  function anew(lead) {
    set(start(hidden(), model.get("seed")), 0);
    restart(lead);
    show();
  }
  function tick() {
    if (!el.isConnected) return stop();
    if (!advance(5, false)) return stop("The weights are too large to go on; try a smaller rate. ");
    return model.get("steps") % STILL < 5 ? stop("It rests. ") : undefined;
  }
  const play = button("Learn", () => {
    if (timer !== null) return stop();
    play.textContent = "Pause";
    status.textContent = "Learning.";
    timer = setInterval(tick, 60);
    return undefined;
  }, { hidden: calm() });

  function paint() {
    const [one, other] = [color(el, "--palette-text"), color(el, "--palette-model")];
    shade(map, CELLS, (x, y) => chance(look(weights(), hidden(), x, y).score), one, other);
    const draw = map.getContext("2d");
    for (const { x, y, kind } of points) {
      draw.fillStyle = `rgb(${kind ? one : other})`;
      draw.strokeStyle = "#ffffff";
      draw.lineWidth = 1.5;
      draw.beginPath();
      const [px, py] = [(x + 1) * SIDE / 2, (1 - y) * SIDE / 2];
      if (kind) draw.arc(px, py, 4.5, 0, 2 * Math.PI); else draw.rect(px - 4, py - 4, 8, 8);
      draw.fill();
      draw.stroke();
    }
    [...neurons.querySelectorAll("canvas")].forEach((small, i) => {
      const most = Math.max(1e-6, ...corners().map(([x, y]) => look(weights(), hidden(), x, y).awake[i] ?? 0));
      if (i < hidden()) shade(small, SMALL, (x, y) => 0.5 + look(weights(), hidden(), x, y).awake[i] / most / 2, one, other);
      else shade(small, SMALL, (x, y) => chance(look(weights(), hidden(), x, y).score), one, other);
    });
  }
  function list() {
    const count = hidden() + 1;
    if (neurons.childElementCount === count) return;
    neurons.replaceChildren(...Array.from({ length: count }, (_, i) => {
      const name = i < hidden() ? `Neuron ${i + 1}` : "Output";
      return h("button", { type: "button", class: "cw-head", on: { click: () => { chosen = i; show(); } } },
        canvas(SMALL * 2, { "aria-hidden": "true" }), name);
    }));
  }
  // The sliders of the chosen neuron; made anew only for another neuron, so that a slider keeps the focus.
  let shown = "";
  let sliders = [];
  function edit() {
    const last = chosen >= hidden();
    const place = last && hidden() > 0 ? 3 * hidden() : 3 * chosen;
    const names = last && hidden() > 0 ? [...Array(hidden()).keys()].map((i) => `neuron ${i + 1}`).concat("constant")
      : ["right (x)", "up (y)", "constant"];
    const key = `${chosen} of ${hidden()}`;
    if (key !== shown) {
      shown = key;
      sliders = names.map((name, i) => weightSlider(name, (number) => put(place + i, [number]), () => tell()));
      const title = last ? "Weights of the output" : `Weights of neuron ${chosen + 1}`;
      fields.replaceChildren(h("legend", {}, title), ...sliders.map((one) => one.root));
    }
    sliders.forEach((one, i) => one.show(weights()[place + i]));
  }
  function show() {
    for (const control of controls) control.show();
    list();
    [...neurons.children].forEach((one, i) => one.setAttribute("aria-pressed", String(i === chosen)));
    edit();
    paint();
    const { loss, right } = judge(weights(), hidden(), points);
    curve.push(loss);
    if (curve.length > 400) curve = curve.filter((_, i) => i % 2 === 0);
    track.replaceChildren(h("small", {}, "Loss so far"), sparkline(curve));
    map.setAttribute("aria-label", `Map of the net: ${right} of ${points.length} points on the right side.`);
  }

  el.replaceChildren(h("div", { class: "cw cw-playground" },
    h("div", { class: "cw-controls" }, ...controls.map((control) => control.root)),
    h("div", { class: "cw-buttons" }, button("One step", () => { stop(""); advance(1); tell(); }),
      button("100 steps", () => { stop(""); advance(100); tell(); }), play,
      button("New start", () => { model.set("seed", (model.get("seed") + 1) % 1000000); }),
      button("All zero", () => { set(new Array(size(hidden())).fill(0), 0); restart("All weights are zero. "); show(); })),
    status, h("div", { class: "cw-pair" }, map, h("div", {}, track, neurons, fields)),
    h("p", { class: "cw-note" }, "Circles are of one kind, squares of the other; the map is shaded in the color of the kind "
      + "that the net takes a place for. Drag over it to lay the chosen neuron's fold: the ramp begins where you press and "
      + "reaches 1 where you let go. Or use the sliders.")));
  if (weights().length !== size(hidden())) anew(""); else { show(); tell(); }
  const change = () => anew("");
  const arrival = new ResizeObserver(paint); // colors are known once it is in the page
  arrival.observe(map);
  const deafen = listen(model, { weights: show, rate: show, task: change, hidden: change, seed: change });
  return () => { clearInterval(timer); arrival.disconnect(); deafen(); };
}

function canvas(side, attributes) {
  return h("canvas", { width: side, height: side, ...attributes });
}

function color(el, name) {
  const hex = getComputedStyle(el).getPropertyValue(name).trim().slice(1);
  return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

function corners() {
  return [[-1, -1], [-1, 1], [1, -1], [1, 1]];
}

// Colors the cells of the square from -1 to 1 by a value from 0 to 1; at 1/2 the page shows through.
function shade(place, cells, value, one, other) {
  const draw = place.getContext("2d");
  const cell = place.width / cells;
  draw.clearRect(0, 0, place.width, place.height);
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const share = value(2 * (column + 0.5) / cells - 1, 1 - 2 * (row + 0.5) / cells);
      draw.fillStyle = `rgba(${share > 0.5 ? one : other}, ${0.75 * Math.abs(2 * share - 1)})`;
      draw.fillRect(column * cell, row * cell, cell, cell);
    }
  }
}

function choice(model, key, label, options) {
  const id = newId(key);
  const box = h("select", { ...keyboard(), id, style: FIELD, on: { change: () => {
    model.set(key, options.find(([value]) => String(value) === box.value)[0]);
    model.save_changes();
  } } }, ...options.map(([value, text]) => h("option", { value }, text)));
  const show = () => { box.value = String(model.get(key)); };
  show();
  return { show, root: h("div", { class: "cw-control" }, h("label", { for: id }, label), box) };
}

function weightSlider(label, change, done) {
  const id = newId("weight");
  const value = h("output", { for: id, class: "cw-value" });
  const input = h("input", { ...keyboard(), type: "range", id, min: -REACH, max: REACH, step: 0.05, style: "inline-size: 8.5rem;",
    on: { input: () => change(Number(input.value)), change: done } });
  const show = (number) => {
    input.value = number;
    value.textContent = signed(number);
    input.setAttribute("aria-valuetext", signed(number));
  };
  return { show, root: h("div", { class: "cw-control" }, h("label", { for: id }, label), input, value) };
}

// The losses so far as a line in a small box.
function sparkline(losses) {
  const top = Math.max(...losses, 0.7);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 200 50");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("style", "display: block; inline-size: 100%; block-size: 3rem; fill: none; stroke: var(--palette-model); stroke-width: 2;");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  const x = (i) => (200 * i) / Math.max(1, losses.length - 1);
  line.setAttribute("vector-effect", "non-scaling-stroke");
  line.setAttribute("points", losses.map((loss, i) => `${x(i).toFixed(1)},${(48 - 46 * (loss / top)).toFixed(1)}`).join(" "));
  svg.append(line);
  return svg;
}

export default { render };
