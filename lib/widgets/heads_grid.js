// Many attention patterns side by side; one of them large, to be read token by token.
import { h, listen, slider, visible } from "./dom.js";
import { headsView } from "./heads.js";

function render({ model, el }) {
  const tokens = model.get("tokens").map(visible);
  const patterns = model.get("patterns");
  const picker = slider(model, "row", { label: "Token", min: 0, max: tokens.length - 1, step: 1, say: (i) => `${i + 1}. ${tokens[i]}` });
  const pick = (name, i) => { model.set(name, i); model.save_changes(); };
  const view = headsView(model.get("labels"), pick, { above: picker.root });
  const show = () => {
    picker.show();
    view.show(model.get("head"), model.get("row"));
  };
  el.replaceChildren(h("div", { class: "cw" }, view.root));
  view.read(tokens, (head, row, column) => patterns[head][row * tokens.length + column]);
  show();
  return listen(model, { head: show, row: show });
}

export default { render };
