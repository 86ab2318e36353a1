// How many parentheses are open after each token, as a line; dots for what is read off a model.
import { h } from "./dom.js";

const HIGH = 100;
const EDGE = 8; // above and below

// `pick` is told of a token's number; update(depths, read, chosen) draws. All of `read`, or some of
// its numbers, may be null.
export function depthLine(pick) {
  const root = h("div", { class: "cw-depth", role: "img" });
  let count = 1;
  const over = (event) => {
    const box = root.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * count);
    if (i >= 0 && i < count) pick(i);
  };
  root.addEventListener("mousemove", over);
  root.addEventListener("click", over);

  function update(depths, read, chosen) {
    count = depths.length;
    const all = [0, 2, ...depths, ...(read ?? []).filter((value) => value !== null)]; // never flatter than two
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const y = (value) => (EDGE + ((high - value) / (high - low)) * (HIGH - 2 * EDGE)).toFixed(2);
    const x = (i) => i + 0.5;
    const line = (name, path) => `<path class="cw-${name}" d="${path}" vector-effect="non-scaling-stroke"/>`;
    root.innerHTML = `<svg viewBox="0 0 ${count} ${HIGH}" preserveAspectRatio="none" aria-hidden="true">`
      + line("axis", `M0 ${y(0)}H${count}`)
      + line("here", `M${x(chosen)} 0V${HIGH}`)
      + line("true", depths.map((depth, i) => `${i ? "L" : "M"}${x(i)} ${y(depth)}`).join(""))
      + (read ? line("read", read.map((value, i) => (value === null ? "" : `M${x(i)} ${y(value)}h0.001`)).join("")) : "") + "</svg>";
    root.setAttribute("aria-label", `A line of how many are open after each token, from ${Math.min(...depths)} to `
      + `${Math.max(...depths)}${read ? "; dots for what is read off the model" : ""}.`);
  }
  return { root, update };
}
