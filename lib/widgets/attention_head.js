// One attention head, a step at a time: scores, scale, mask, softmax, output.
import { attend } from "./attention_math.js";
import { button, calm, h, keyboard, listen, newId, slider, visible } from "./dom.js";

const STEPS = [
  ["scores", "Scores", "Each query meets each key: multiply their numbers in pairs and add up."],
  ["scaled", "Scale", "Divide by the square root of the number of entries, so that scores stay moderate."],
  ["masked", "Mask", "A token must not look at what comes after it: those scores become −∞."],
  ["weights", "Softmax", "In each row, exponentials that add up to one: the weights."],
  ["output", "Output", "Add up the values, each times its weight: what the head passes on."],
];
const say = (number) => (number === -Infinity ? "−∞" : number.toFixed(2).replace("-", "−"));
const list = (vector) => `(${vector.map(say).join(", ")})`;
const factor = (number) => (number < 0 ? `(${say(number)})` : say(number));

function words(model, stages, [row, column]) {
  const tokens = model.get("tokens").map(visible);
  const [from, to] = [tokens[row], tokens[column]];
  const size = model.get("query")[0].length;
  const sum = (a, b) => a.map((value, i) => `${factor(value)} × ${factor(b[i])}`).join(" + ");
  const score = stages.scores[row][column];
  const scaled = say(stages.scaled[row][column]);
  const seen = stages.masked[row].filter((value) => value !== -Infinity);
  return [
    `query of “${from}” · key of “${to}” = ${sum(model.get("query")[row], model.get("key")[column])} = ${say(score)}`,
    `${say(score)} / √${size} = ${scaled}`,
    stages.masked[row][column] === -Infinity ? `“${to}” comes after “${from}”: −∞, so no weight`
      : `“${from}” may look at “${to}”: ${scaled} stays`,
    `exp(${say(stages.masked[row][column])}) / (${seen.map((value) => `exp(${say(value)})`).join(" + ")}) `
      + `= ${stages.weights[row][column].toFixed(3)}`,
    `output of “${from}” = ${model.get("value").map((v, j) => [stages.weights[row][j], v])
      .filter(([weight]) => weight > 0).map(([weight, v]) => `${weight.toFixed(2)} × ${list(v)}`).join(" + ")} `
      + `= ${list(stages.output[row])}`,
  ][model.get("step")];
}

// A table whose cells are walked with the arrow keys; `pick` is told of the cell.
function grid(pick) {
  const caption = h("caption");
  const [head, body] = [h("tr"), h("tbody")];
  const table = h("table", { class: "cw-grid" }, caption, h("thead", {}, head), body);
  const cells = () => [...body.rows].map((row) => [...row.querySelectorAll("td")]);
  const at = (cell) => [cell.parentNode.rowIndex - 1, [...cell.parentNode.cells].indexOf(cell) - 1];
  body.addEventListener("keydown", (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const cell = event.target.closest("td");
    if (!move || !cell) return;
    event.preventDefault();
    const [row, column] = at(cell);
    const next = cells()[row + move[0]]?.[column + move[1]];
    if (!next) return;
    pick(at(next));
    cells()[row + move[0]][column + move[1]].focus();
  });
  const over = (event) => {
    const cell = event.target.closest("td");
    if (cell && cell.getAttribute("aria-selected") !== "true") pick(at(cell));
  };
  body.addEventListener("mouseover", over);
  body.addEventListener("click", over);
  table.setAttribute("role", "grid");

  // rows: [{ label, values: [{ text, share, name, off, below }] }]
  function update(title, heads, rows, [chosenRow, chosenColumn]) {
    caption.textContent = title;
    head.replaceChildren(h("td"), ...heads.map((text) => h("th", { scope: "col" }, text)));
    const held = cells().flat().includes(body.getRootNode().activeElement);
    body.replaceChildren(...rows.map(({ label, values }, i) => h("tr", {},
      h("th", { scope: "row" }, label), ...values.map(({ text, share, name, off, below }, j) => {
        const chosen = i === chosenRow && j === Math.min(chosenColumn, values.length - 1);
        const cell = h("td", { ...keyboard(), role: "gridcell", class: off ? "cw-out" : below ? "cw-below" : null, "aria-label": name,
          "aria-selected": String(chosen), tabindex: chosen ? 0 : -1 }, text);
        cell.style.setProperty("--share", share);
        return cell;
      }))));
    if (held) body.querySelector("[tabindex='0']")?.focus();
  }
  return { root: h("div", { class: "cw-scroll" }, table), update };
}

// Number fields for the query, key and value of the chosen token.
function editor(model) {
  const names = ["query", "key", "value"];
  const legend = h("legend");
  const rows = names.map((name) => {
    const inputs = model.get(name)[0].map((_, c) => h("input", {
      ...keyboard(), type: "number", step: 0.5, "aria-label": `${name}, entry ${c + 1}`,
      on: { change: (event) => change(name, c, Number(event.target.value)) },
    }));
    return { name, inputs, root: h("div", { class: "cw-control" }, h("span", { class: "cw-name" }, name), ...inputs) };
  });
  function change(name, entry, number) {
    const wanted = Number.isFinite(number) ? Math.min(9, Math.max(-9, number)) : 0;
    model.set(name, model.get(name).map((vector, i) => (i !== model.get("row") ? vector
      : vector.map((old, c) => (c === entry ? wanted : old)))));
    model.save_changes();
  }
  const show = () => {
    const token = model.get("row");
    legend.textContent = `Change the numbers of “${visible(model.get("tokens")[token])}”`;
    for (const { name, inputs } of rows) inputs.forEach((input, c) => { input.value = model.get(name)[token][c]; });
  };
  return { show, root: h("fieldset", { class: "cw-vectors" }, legend, ...rows.map((row) => row.root)) };
}

function toggle(model) {
  const box = h("input", { ...keyboard(), type: "checkbox", id: newId("causal"),
    on: { change: () => { model.set("causal", box.checked); model.save_changes(); } } });
  const show = () => { box.checked = model.get("causal"); };
  return { show, root: h("div", { class: "cw-control" }, box, h("label", { for: box.id }, "Look back only (mask)")) };
}

function render({ model, el }) {
  const tokens = model.get("tokens").map(visible);
  const given = Object.fromEntries(["query", "key", "value"].map((name) => [name, model.get(name)]));
  const move = (step) => { model.set("step", step); model.save_changes(); };
  const step = slider(model, "step", { label: "Step", min: 0, max: STEPS.length - 1, step: 1,
    say: (i) => `${i + 1}. ${STEPS[i][1]}` });
  const mask = toggle(model);
  const [status, told] = [h("p", { class: "cw-status", role: "status" }), h("p", { class: "cw-exact", "aria-live": "polite" })];
  const table = grid(([row, column]) => {
    model.set("row", row);
    if (model.get("step") < STEPS.length - 1) model.set("column", column);
    model.save_changes();
  });
  const vectors = editor(model);
  let timer = null;
  const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; };
  const play = button("Play", () => {
    if (timer !== null) return stop();
    play.textContent = "Pause";
    move(0);
    timer = setInterval(() => {
      if (!el.isConnected || model.get("step") === STEPS.length - 1) return stop();
      return move(model.get("step") + 1);
    }, 2200);
    return null;
  }, { hidden: calm() });
  const back = button("Back", () => { stop(); move(model.get("step") - 1); });
  const next = button("Next step", () => { stop(); move(model.get("step") + 1); });
  const reset = button("Back to the given numbers", () => {
    for (const [name, vectorList] of Object.entries(given)) model.set(name, vectorList);
    model.save_changes();
  });

  function show() {
    for (const part of [step, mask, vectors]) part.show();
    const now = model.get("step");
    const stages = attend(model.get("query"), model.get("key"), model.get("value"), model.get("causal"));
    const [stage, title, explained] = STEPS[now];
    const last = now === STEPS.length - 1;
    const numbers = stages[stage];
    const largest = Math.max(...numbers.flat().map((value) => (Number.isFinite(value) ? Math.abs(value) : 0)), 1e-9);
    const heads = last ? numbers[0].map((_, c) => `entry ${c + 1}`) : tokens;
    table.update(`${title}: ${last ? "a row of numbers for each token" : "from the row’s token to the column’s"}`, heads,
      numbers.map((row, i) => ({ label: tokens[i], values: row.map((value, j) => ({
        text: say(value), off: value === -Infinity, below: value < 0, share: Number.isFinite(value) ? Math.abs(value) / largest : 0,
        name: `${tokens[i]}, ${heads[j]}: ${say(value)}`,
      })) })), [model.get("row"), model.get("column")]);
    status.textContent = stage === "masked" && !model.get("causal")
      ? "The mask is off: every token may look at every other." : explained;
    told.textContent = words(model, stages, [model.get("row"), model.get("column")]);
    back.disabled = now === 0;
    next.disabled = last;
  }
  el.replaceChildren(h("div", { class: "cw cw-attention" },
    h("div", { class: "cw-controls" }, step.root, mask.root),
    h("div", { class: "cw-buttons" }, back, next, play, reset), status, table.root, told, vectors.root));
  show();
  const names = ["query", "key", "value", "causal", "step", "row", "column"];
  const deafen = listen(model, Object.fromEntries(names.map((name) => [name, show])));
  return () => { clearInterval(timer); deafen(); };
}

export default { render };
