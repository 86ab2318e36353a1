// A reader's own progress: chapters read to the end and questions answered. It is kept in this
// browser only; the first page shows it and can clear it.
(() => {
  const { placeOf, kept, keep, specOf } = window.course;
  const root = new URL(document.documentElement.dataset.content_root || "./", window.location.href);
  const PLACE = `course-progress:${root.pathname}`;
  const nameOf = (address) => new URL(address).pathname.slice(root.pathname.length)
    .replace(/(index)?(\.html)?$/, "");
  const isChapter = (name) => /^chapters\/\d/.test(name);
  const here = nameOf(window.location.href);

  function note(change) {
    const progress = kept(PLACE);
    const before = progress[here] ?? {};
    const after = { ...before, ...change };
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    keep(PLACE, { ...progress, [here]: after });
    show();
  }

  // "read to the end; 3 of 4 questions right", or nothing.
  function inWords({ end, right, answered, questions } = {}) {
    const parts = [];
    if (end) parts.push("read to the end");
    if (answered) parts.push(`${right} of ${questions} questions right`);
    return parts.join("; ");
  }

  const links = [...document.querySelectorAll(".bd-sidebar-primary .bd-links a.reference.internal")]
    .filter((link) => isChapter(nameOf(link.href)));

  function mark(link, done) {
    link.querySelector(".course-progress")?.remove();
    const words = inWords(done);
    if (!words) return;
    const sign = document.createElement("span");
    sign.className = "course-progress";
    sign.dataset.state = done.end && done.right === done.questions ? "whole" : "part";
    sign.title = words;
    sign.innerHTML = '<span class="course-unseen"></span>';
    sign.firstChild.textContent = ` (${words})`;
    link.append(sign);
  }

  // On the first page: what was done, and a button that forgets it.
  function box() {
    const made = document.createElement("section");
    made.className = "course-own";
    made.setAttribute("aria-label", "Your progress");
    made.innerHTML = `<p><strong>Your progress</strong>, kept in this browser and nowhere else.</p><ul></ul>
      <button type="button">Clear my progress and answers</button><p role="status"></p>`;
    made.querySelector("button").addEventListener("click", () => {
      for (const key of Object.keys(window.localStorage)) {
        if (key === PLACE || key.startsWith(`course:${root.pathname}`)) window.localStorage.removeItem(key);
      }
      show();
      made.querySelector("[role=status]").textContent = "Cleared.";
    });
    document.querySelector("article section > section").before(made);
    return made;
  }

  function list(progress) {
    const lines = links.map((link) => [link, inWords(progress[nameOf(link.href)])]).filter(([, words]) => words);
    const old = document.querySelector(".course-own");
    if (here !== "" || !(old || lines.length)) return;
    const place = old ?? box();
    place.querySelector("button").hidden = lines.length === 0;
    place.querySelector("ul").replaceChildren(...lines.map(([link, words]) => {
      const [item, copy] = ["li", "a"].map((tag) => document.createElement(tag));
      copy.href = link.href;
      copy.textContent = link.firstChild.textContent.trim();
      item.append(copy, `: ${words}.`);
      return item;
    }));
  }

  function show() {
    const progress = kept(PLACE);
    for (const link of links) mark(link, progress[nameOf(link.href)]);
    list(progress);
  }

  async function countAnswers() {
    const quizzes = [...document.querySelectorAll('.course-widget[data-module="quiz"]')];
    const sum = { right: 0, answered: 0, questions: 0 };
    for (const quiz of quizzes) {
      const { questions } = (await specOf(quiz)).state;
      const answers = kept(placeOf(quiz)).answers ?? {};
      sum.questions += questions.length;
      sum.answered += Object.keys(answers).length;
      sum.right += questions.filter(({ answer }, i) => answers[i] === answer).length;
    }
    note(sum);
  }

  // The end is what leads on to the next page.
  const end = document.querySelector(".prev-next-area");
  if (isChapter(here)) {
    const watcher = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      watcher.disconnect();
      note({ end: true });
    });
    watcher.observe(end);
    document.addEventListener("course:kept", countAnswers);
  }
  window.addEventListener("storage", show); // read on in another tab
  show();
})();
