// The numbers of a figure as a table, for those who can't see or hover it, or want to copy them.
// Built when it is first opened.
(() => {
  const LARGEST = 3000; // cells

  const row = (tag, cells) => {
    const line = document.createElement("tr");
    cells.forEach((content, i) => {
      const cell = document.createElement(i === 0 ? "th" : tag);
      cell.scope = tag === "th" ? "col" : "row";
      cell.textContent = content;
      line.append(cell);
    });
    return line;
  };

  const say = (value) => {
    if (typeof value !== "number") return String(value ?? "");
    return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "";
  };

  // Columns for curves and bars: what they share, then a column for each.
  function curves(traces, layout) {
    const lying = traces[0].orientation === "h";
    const [shared, own] = lying ? ["y", "x"] : ["x", "y"];
    const names = traces.map((trace) => trace.name || layout[`${own}axis`].title?.text || "value");
    const head = [layout[`${shared}axis`].title?.text || "label", ...names];
    const places = [...new Set(traces.flatMap((trace) => [...trace[shared]]))];
    const at = traces.map((trace) => new Map([...trace[shared]].map((p, i) => [p, trace[own][i]])));
    return [head, ...places.map((place) => [place, ...at.map((values) => values.get(place))])];
  }

  function cells({ x, y, z }, layout) {
    const corner = `${layout.yaxis.title?.text || "row"} \\ ${layout.xaxis.title?.text || "column"}`;
    return [[corner, ...x], ...[...z].map((values, i) => [y[i], ...values])];
  }

  // A table of what plotly has drawn, or null where no table would help.
  function table(canvas) {
    const traces = canvas._fullData.filter((trace) => trace.visible === true);
    const known = traces.length > 0 && traces.every((t) => ["bar", "scatter"].includes(t.type));
    const heat = traces.length === 1 && traces[0].type === "heatmap";
    if (!known && !heat) return null;
    const rows = heat ? cells(traces[0], canvas.layout) : curves(traces, canvas.layout);
    if (rows.length * rows[0].length > LARGEST) return null;
    const made = document.createElement("table");
    const head = document.createElement("thead");
    const body = document.createElement("tbody");
    head.append(row("th", rows[0].map(say)));
    body.append(...rows.slice(1).map((line) => row("td", line.map(say))));
    made.append(head, body);
    return made;
  }

  // Add the folded table to a figure; returns the function that renews it when the picture changes.
  window.course.addNumbers = (figure, canvas) => {
    if (!table(canvas)) return () => {};
    const fold = document.createElement("details");
    fold.className = "course-numbers";
    fold.innerHTML = `<summary>The numbers</summary><div tabindex="0" role="region"
      aria-label="The figure's numbers"></div>`;
    const renew = () => { if (fold.open) fold.lastElementChild.replaceChildren(table(canvas)); };
    fold.addEventListener("toggle", renew);
    figure.append(fold);
    return renew;
  };
})();
