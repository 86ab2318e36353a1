// Runs the widgets of lib/widgets in the page, with no kernel: it stands in for anywidget's model.
(() => {
  // The traits that are remembered stay in this browser, under the page's path and the widget's data.
  function memory(figure, names) {
    const place = window.course.placeOf(figure);
    const write = (state) => {
      if (names.length === 0) return;
      window.course.keep(place, Object.fromEntries(names.map((name) => [name, state[name]])));
    };
    return { read: () => window.course.kept(place), write };
  }

  // get, set, on, off and save_changes, as a widget knows them from anywidget.
  function modelOf(state, store) {
    const listeners = new Map();
    const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
    const model = {
      get: (name) => state[name],
      set(name, value) {
        if (Object.is(state[name], value)) return;
        state[name] = value;
        for (const listener of [...of(`change:${name}`), ...of("change")]) listener(model, value);
      },
      on: (event, listener) => { of(event).add(listener); },
      off: (event, listener) => { of(event).delete(listener); },
      save_changes: () => store.write(state),
      send() {},
    };
    return model;
  }

  async function run(figure) {
    const name = figure.dataset.module;
    const [{ state, remembered }] = await Promise.all([
      window.course.specOf(figure), window.course.load(`widgets/${name}.js`),
    ]);
    const store = memory(figure, remembered);
    const model = modelOf({ ...structuredClone(state), ...store.read() }, store);
    const el = document.createElement("div");
    figure.append(el); // before it renders: colors are known in the page only
    window.course.widgets[name].render({ model, el });
    figure.querySelector(".course-static").hidden = true;
    figure.dataset.drawn = "";
  }

  window.course.whenNear(".course-widget", run);
})();
