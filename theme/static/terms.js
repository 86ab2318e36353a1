// Shows what a term means when a pointer rests on it or the keyboard reaches it. Escape closes it;
// on a touch screen the first tap shows it, the second follows the link to the glossary.
(() => {
  const note = document.createElement("p");
  note.id = "course-meaning";
  note.className = "course-meaning";
  note.setAttribute("role", "tooltip");
  note.hidden = true;
  document.body.append(note);
  let shown = null; // the link whose meaning is open
  let timer = null;

  function place(link) {
    const box = link.getClientRects()[0];
    const room = document.documentElement.clientWidth - note.offsetWidth - 12;
    note.style.left = `${Math.max(12, Math.min(box.left, room)) + window.scrollX}px`;
    const below = box.bottom + 6 + note.offsetHeight < window.innerHeight;
    const top = below ? box.bottom + 6 : box.top - note.offsetHeight - 6;
    note.style.top = `${top + window.scrollY}px`;
  }

  function hide() {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    note.hidden = true;
  }

  function show(link) {
    hide();
    shown = link;
    note.textContent = link.dataset.meaning;
    note.hidden = false;
    link.setAttribute("aria-describedby", note.id);
    place(link);
  }

  const later = (act, wait) => () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };

  for (const link of document.querySelectorAll("a.course-term[title]")) {
    link.dataset.meaning = link.title;
    link.removeAttribute("title"); // the browser's own hint, kept for pages without scripts
    link.addEventListener("mouseenter", later(() => show(link), 150));
    link.addEventListener("mouseleave", later(hide, 250));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
    let before = null; // what was open when the finger came down
    link.addEventListener("pointerdown", () => { before = shown; });
    link.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || before === link) return;
      event.preventDefault();
      show(link);
    });
  }
  note.addEventListener("mouseenter", () => clearTimeout(timer)); // it may be read at leisure
  note.addEventListener("mouseleave", later(hide, 250));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  // Figures above may be drawn only now, and move the text.
  new ResizeObserver(() => { if (shown) place(shown); }).observe(document.body);
})();
