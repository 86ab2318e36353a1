// Draws plotly's figures: plotly itself is loaded once, when the first of them comes near.
(() => {
  const page = document.documentElement;
  const redraws = []; // one function per drawn figure
  const bundle = () =>
    document.querySelector('.course-plotly[data-bundle="full"]') ? "full" : "cartesian";
  const color = (name) => getComputedStyle(page).getPropertyValue(name).trim();

  // What the page's theme and width change in a layout, as plotly's "a.b.c" paths.
  function dress(layout) {
    const ink = color("--course-ink");
    const narrow = window.innerWidth < 600;
    const patch = {
      uirevision: "kept", // what a reader hid in the legend stays hidden
      "font.color": ink,
      "font.family": getComputedStyle(document.body).fontFamily,
      "font.size": narrow ? 12 : 14,
      "hoverlabel.bgcolor": color("--course-surface"),
      "hoverlabel.bordercolor": color("--course-line"),
      "hoverlabel.font.color": ink,
    };
    for (const axis of Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))) {
      patch[`${axis}.gridcolor`] = color("--course-faint");
      patch[`${axis}.zerolinecolor`] = color("--course-line");
    }
    return Object.assign(patch, narrow ? layout.meta?.narrow : {},
      page.dataset.theme === "dark" ? layout.meta?.dark : {});
  }

  // A copy of the layout with the patch in it.
  function dressed(layout) {
    const copy = structuredClone(layout);
    for (const [path, value] of Object.entries(dress(layout))) {
      const keys = path.split(".");
      const last = keys.pop();
      keys.reduce((place, key) => (place[key] ??= {}), copy)[last] = value;
    }
    return copy;
  }

  // A slider that can be reached by keyboard, in place of plotly's own.
  function addStepper(figure, { label, names, titles, alts, start, play }, show) {
    const id = `course-step-${figure.dataset.key}-${redraws.length}`;
    const bar = document.createElement("div");
    bar.className = "course-stepper";
    bar.innerHTML = `<label for="${id}"></label><input type="range" id="${id}" min="0"
      max="${names.length - 1}" step="1" value="${start}"><output for="${id}"></output>
      <p class="course-unseen" role="status"></p>`;
    const [name, input, output, status] = bar.children;
    name.textContent = label;
    const subtitle = document.createElement("p");
    subtitle.className = "course-step-title";
    const go = (quiet) => {
      const at = Number(input.value);
      output.textContent = names[at];
      subtitle.textContent = titles[at];
      input.setAttribute("aria-valuetext", names[at]);
      if (!quiet) status.textContent = alts[at];
      return show(at);
    };
    go(true);
    input.addEventListener("input", () => go(false));
    if (play) bar.append(playButton(input, names.length, () => go(true)));
    const canvas = figure.querySelector(".course-canvas");
    if (titles.some(Boolean)) canvas.before(subtitle);
    canvas.after(bar);
  }

  function playButton(input, count, go) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Play";
    let timer = null;
    const stop = () => {
      clearInterval(timer);
      timer = null;
      button.textContent = "Play";
    };
    const step = () => {
      input.value = (Number(input.value) + 1) % count;
      go();
      if (Number(input.value) === count - 1) stop();
    };
    button.addEventListener("click", () => {
      if (timer !== null) return stop();
      button.textContent = "Pause";
      timer = setInterval(step, 700);
      return step();
    });
    input.addEventListener("input", stop);
    return button;
  }

  async function draw(figure) {
    const canvas = figure.querySelector(".course-canvas");
    const alt = figure.querySelector(".course-alt");
    try {
      const [{ data, layout, frames, stepper }] = await Promise.all([
        window.course.specOf(figure), window.course.load(`vendor/plotly/${bundle()}.js`),
      ]);
      let shown = data;
      let renew = () => {};
      const show = (traces = shown) => {
        shown = traces;
        return window.Plotly.react(canvas, structuredClone(traces), dressed(layout),
          { displayModeBar: false, responsive: true });
      };
      await show();
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", alt.textContent);
      alt.hidden = true;
      redraws.push(() => show());
      if (stepper) addStepper(figure, stepper, (at) => show(frames[at]).then(() => renew()));
      renew = window.course.addNumbers(figure, canvas);
      figure.dataset.drawn = "";
    } catch (problem) {
      figure.dataset.failed = ""; // the alt text stays
      throw problem;
    }
  }

  new MutationObserver(() => {
    for (const redraw of redraws) redraw();
  }).observe(page, { attributes: true, attributeFilter: ["data-theme"] });

  window.course.whenNear(".course-plotly", draw);
})();
