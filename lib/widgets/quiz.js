// Questions with a few choices, checked at once, with a word on every choice.
import { button, h, keyboard, listen, newId, rich } from "./dom.js";

function question(model, index, { prompt, choices, answer, explain }) {
  const name = newId("question");
  const feedback = h("p", { class: "cw-feedback", role: "status" });
  const radios = choices.map((_, i) => h("input", { ...keyboard(), type: "radio", name, value: i }));
  const check = (event) => {
    event.preventDefault();
    const chosen = radios.findIndex((radio) => radio.checked);
    if (chosen < 0) {
      feedback.className = "cw-feedback";
      feedback.textContent = "Choose an answer first.";
      return;
    }
    model.set("answers", { ...model.get("answers"), [index]: chosen });
    model.save_changes();
  };
  const show = () => {
    const chosen = model.get("answers")[index];
    feedback.className = "cw-feedback";
    feedback.replaceChildren();
    if (chosen === undefined) {
      for (const radio of radios) radio.checked = false;
      return;
    }
    radios[chosen].checked = true;
    const right = chosen === answer;
    feedback.classList.add(right ? "cw-right" : "cw-wrong");
    feedback.replaceChildren(h("strong", {}, right ? "Right. " : "Not quite. "), ...rich(explain[chosen]));
  };
  const lines = choices.map((choice, i) => h("label", { class: "cw-choice" }, radios[i],
    h("span", {}, ...rich(choice))));
  const root = h("form", { class: "cw-question", on: { submit: check } },
    h("fieldset", {}, h("legend", {}, `${index + 1}. `, ...rich(prompt)), ...lines),
    h("button", { type: "submit", class: "cw-button" }, "Check"), feedback);
  return { root, show };
}

function render({ model, el }) {
  const questions = model.get("questions");
  const parts = questions.map((data, i) => question(model, i, data));
  const score = h("span", {});
  const clear = button("Clear my answers", () => { model.set("answers", {}); model.save_changes(); });
  const show = () => {
    for (const part of parts) part.show();
    const answers = model.get("answers");
    const right = questions.filter((data, i) => answers[i] === data.answer).length;
    score.textContent = `${right} of ${questions.length} right. `;
    clear.hidden = Object.keys(answers).length === 0;
  };
  el.replaceChildren(h("div", { class: "cw cw-quiz" }, ...parts.map((part) => part.root),
    h("p", { class: "cw-note" }, score, clear)));
  show();
  return listen(model, { answers: show });
}

export default { render };
