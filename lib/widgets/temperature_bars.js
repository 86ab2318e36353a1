// Bars of next-token probabilities that follow a temperature and a top-k slider.
import { entropy, softmax } from "./chances.js";
import { barTable, h, listen, percent, slider, visible } from "./dom.js";

function render({ model, el }) {
  const logits = model.get("logits");
  const labels = model.get("labels").map(visible);
  const temperature = slider(model, "temperature", {
    label: "Temperature", min: 0, max: 5, step: 0.05,
    say: (t) => (t === 0 ? "0 (always the top)" : t.toFixed(2)),
  });
  const top = slider(model, "top_k", {
    label: "Top k", min: 1, max: labels.length, step: 1,
    say: (k) => (k === labels.length ? `${k} (all)` : String(k)),
  });
  const bars = barTable("Chance of each token to come next", ["Token", "Chance"]);
  const summary = h("p", { class: "cw-note", role: "status" });

  const show = () => {
    temperature.show();
    top.show();
    const chances = softmax(logits, model.get("temperature"), model.get("top_k"));
    const best = chances.indexOf(Math.max(...chances));
    bars.update(labels.map((label, i) => ({
      label, share: chances[i], strong: i === best, off: chances[i] === 0,
    })));
    const left = chances.filter((p) => p > 0).length;
    summary.textContent = `Entropy ${entropy(chances).toFixed(2)} bits of at most `
      + `${Math.log2(labels.length).toFixed(2)}; ${left} of ${labels.length} tokens can come; `
      + `most likely ${labels[best]}, ${percent(chances[best])}.`;
  };
  el.replaceChildren(h("div", { class: "cw" },
    h("div", { class: "cw-controls" }, temperature.root, top.root), bars.root, summary));
  show();
  return listen(model, { temperature: show, top_k: show });
}

export default { render };
