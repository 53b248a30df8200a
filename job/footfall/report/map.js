// The map: zoom, pan, names where there is room, and the numbers of the place under the pointer. Without this it is a
// still picture. Whatever comes from the report is set as text, never as markup.
(() => {
  const map = document.querySelector(".map");
  if (!map) return;
  const DEEPEST = 32, NAMED = 300, TRIED_BESIDE = 120, GAP = 3, LINE = 15;
  const frame = map.parentNode;
  const scale = frame.querySelector(".scale");
  const hatch = map.querySelector("pattern");
  const [, , WIDTH, HEIGHT] = map.getAttribute("viewBox").split(" ").map(Number);
  const view = { x: 0, y: 0, width: WIDTH };
  const made = (name, attributes, text) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) svg.setAttribute(key, attributes[key]);
    svg.textContent = text;
    return svg;
  };
  const number = (value, digits) => value.toFixed(digits).replace("-", "\u2212");

  // The texts under the mouse: taken out of the drawing, as the browser would show them a second time.
  const hints = new Map();
  for (const title of map.querySelectorAll("title")) {
    hints.set(title.parentNode, title.textContent);
    title.remove();
  }
  // The bounds of a place's largest part, and as `all` those of all its parts
  const boxOf = (d) => {
    let best = null, all = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const ring of d.split("z")) {
      const steps = (ring.match(/-?\d+/g) || []).map(Number);
      if (!steps.length) continue;
      let [x, y] = steps, left = x, right = x, top = y, bottom = y;
      for (let i = 2; i < steps.length; i += 2) {
        x += steps[i]; y += steps[i + 1];
        left = Math.min(left, x); right = Math.max(right, x);
        top = Math.min(top, y); bottom = Math.max(bottom, y);
      }
      const size = (right - left) * (bottom - top);
      if (!best || size > best.size) best = { left, right, top, bottom, size };
      all = {
        left: Math.min(left, all.left), right: Math.max(right, all.right),
        top: Math.min(top, all.top), bottom: Math.max(bottom, all.bottom),
      };
    }
    return { ...best, all };
  };
  const dots = new Map(Array.from(map.querySelectorAll("[data-of]"), (dot) => [dot.dataset.of, dot]));
  const places = Array.from(map.querySelectorAll("path[id]"), (shape) => ({
    shape,
    order: Number(shape.id.slice(1)),
    name: hints.get(shape).split("\n")[0],
    rank: shape.dataset.rank || "",
    dot: dots.get(shape.id),
    ...boxOf(shape.getAttribute("d")),
  })).sort((a, b) => a.order - b.order);

  const size = () => map.getBoundingClientRect();
  const unitsPerPixel = () => view.width / (size().width || 1);
  const within = (value, least, most) => Math.min(Math.max(value, least), most);

  // Scale bar and position
  const where = Object.fromEntries(Object.entries(scale.dataset).map(([key, value]) => [key, Number(value)]));
  const [bar, label, position] = [scale.querySelectorAll("line"), ...scale.querySelectorAll("text")];
  const degrees = (x, y) => {
    const lon = where.lon + (x - WIDTH / 2) / where.lonUnits;
    return [where.lat - (y - HEIGHT / 2) / where.latUnits, ((((lon + 180) % 360) + 360) % 360) - 180];
  };
  const cosine = (lat) => Math.max(Math.cos((lat * Math.PI) / 180), 0.02);
  const middle = () => degrees(view.x + view.width / 2, view.y + (view.width / WIDTH) * (HEIGHT / 2));
  const showPosition = (of, [lat, lon]) => {
    const digits = view.width / where.latUnits < 0.02 ? 5 : 4;
    position.textContent = `${of} ${number(lat, digits)}, ${number(lon, digits)}`;
  };
  const showScale = () => {
    const [lat] = middle();
    const across = ((view.width / where.latUnits) * 111.32 * cosine(lat)) / cosine(where.lat);
    const power = 10 ** Math.floor(Math.log10(across / 4));
    const km = [5, 2, 1].find((base) => base * power <= across / 4) * power;
    const far = view.width / where.latUnits > 14 ? " at mid-height" : "";
    label.textContent = (km < 1 ? `${Math.round(km * 1000)} m` : `${km.toLocaleString("en")} km`) + far;
    const end = `${((100 * km) / across).toFixed(3)}%`;
    for (const [i, key] of [[1, "x1"], [1, "x2"], [2, "x2"]]) bar[i].setAttribute(key, end);
    showPosition("middle", middle());
  };

  // Names: those of the first places first, inside a place or beside it, where they cover nothing
  const names = map.querySelector(".ranks-on-map");
  names.classList.remove("ranks-on-map");
  const pen = document.createElement("canvas").getContext("2d");
  const widthOf = (text) => {
    pen.font = `600 12px ${getComputedStyle(map).fontFamily}`;
    return pen.measureText(text).width + 4;
  };
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const writeNames = () => {
    const px = unitsPerPixel(), { width, height } = size();
    const seen = [];
    for (const place of places) {
      const at = {
        place,
        left: (place.left - view.x) / px, right: (place.right - view.x) / px,
        top: (place.top - view.y) / px, bottom: (place.bottom - view.y) / px,
      };
      if (at.right < 0 || at.left > width || at.bottom < 0 || at.top > height) continue;
      at.x = (at.left + at.right) / 2;
      at.y = (at.top + at.bottom) / 2;
      at.wide = at.right - at.left;
      at.high = at.bottom - at.top;
      const isDot = Boolean(place.dot) && at.wide < 14 && at.high < 14;
      if (place.dot) place.dot.classList.toggle("outgrown", !isDot);
      const { left, right, top, bottom } = place.all, isOne = right - left < 3 * (place.right - place.left);
      at.taken = isDot ? { left: at.x - 6, right: at.x + 6, top: at.y - 6, bottom: at.y + 6 } : !isOne ? at : {
        left: (left - view.x) / px, right: (right - view.x) / px, top: (top - view.y) / px, bottom: (bottom - view.y) / px,
      };
      seen.push(at);
    }
    const { left: edge, top: head } = size();
    const written = Array.from(frame.querySelectorAll(".north, .zoom"), (each) => {
      const { left, right, top, bottom } = each.getBoundingClientRect();
      return { left: left - edge, right: right - edge, top: top - head, bottom: bottom - head };
    });
    const free = (box, own, covers) =>
      box.left >= 2 && box.top >= 2 && box.right <= width - 2 && box.bottom <= height - 2 &&
      !written.some((other) => meet(box, other)) &&
      (covers || !seen.some((other) => other !== own && meet(box, other.taken)));
    const spot = (at, text, isBeside, covers) => {
      const half = widthOf(text) / 2, { left, right, top, bottom } = at.taken;
      const centres = [[at.x, at.y]];
      if (isBeside) {
        centres.length = 0;
        const x = within(at.x, half + 3, width - half - 3); // at the edge a name moves aside, not out
        if (Math.abs(x - at.x) < half) centres.push([x, bottom + GAP + LINE / 2], [x, top - GAP - LINE / 2]);
        centres.push([right + GAP + half, at.y], [left - GAP - half, at.y]);
      }
      for (const [x, y] of centres) {
        const box = { left: x - half, right: x + half, top: y - LINE / 2, bottom: y + LINE / 2 };
        if (free(box, at, covers)) return { ...box, x, y, text };
      }
      return null;
    };
    const fits = (at, text) => at.wide > widthOf(text) + 6 && at.high > LINE + 2;
    const short = (text) => (text.length > 28 ? `${text.slice(0, 27).trimEnd()}\u2026` : text);
    const write = (at, number) => {
      const text = `${at.place.rank} ${short(at.place.name)}`.trim();
      const beside = number < TRIED_BESIDE && seen.length <= NAMED && at.wide < width / 3;
      const found = fits(at, text) ? spot(at, text, false, true) : beside ? spot(at, text, true, false) : null;
      const rank = at.place.rank;
      const chosen = found || (rank && (spot(at, rank, fits(at, rank) === false, false) || spot(at, rank, false, true)));
      if (chosen) written.push(chosen);
    };
    seen.sort((a, b) => (a.place.rank || 99) - (b.place.rank || 99) || a.place.order - b.place.order);
    seen.slice(0, NAMED).forEach(write);
    names.replaceChildren(
      ...written.filter(({ text }) => text).map(({ x, y, text }) => made("text", { x: view.x + x * px, y: view.y + y * px }, text)),
    );
  };

  let resting = 0;
  const show = () => {
    const px = unitsPerPixel();
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${(view.width * HEIGHT) / WIDTH}`);
    map.style.setProperty("--px", px);
    hatch.setAttribute("patternTransform", `scale(${px})`);
    frame.classList.toggle("zoomed", view.width < WIDTH);
    for (const [button, off] of [["in", view.width <= WIDTH / DEEPEST], ["out", view.width >= WIDTH]])
      frame.querySelector(`[data-do="${button}"]`).setAttribute("aria-disabled", off);
    showScale();
    clearTimeout(resting);
    resting = setTimeout(writeNames, 60);
  };
  const look = (x, y, width) => {
    view.width = within(width, WIDTH / DEEPEST, WIDTH);
    view.x = within(x, 0, WIDTH - view.width);
    view.y = within(y, 0, HEIGHT - (view.width * HEIGHT) / WIDTH);
    show();
  };
  const zoom = (factor, clientX, clientY) => {
    const { left, top, width, height } = size();
    const [u, v] = clientX === undefined ? [0.5, 0.5] : [(clientX - left) / width, (clientY - top) / height];
    const next = within(view.width / factor, WIDTH / DEEPEST, WIDTH);
    const less = view.width - next;
    look(view.x + u * less, view.y + (v * less * HEIGHT) / WIDTH, next);
  };
  const pan = (dx, dy) => look(view.x + dx, view.y + dy, view.width);
  const reset = () => look(0, 0, WIDTH);

  // The card with a place's numbers
  const card = frame.querySelector(".hint");
  const hide = () => { card.hidden = true; };
  const tell = (element, x, y) => {
    const [first, ...rest] = hints.get(element).split("\n");
    const name = document.createElement("b");
    name.textContent = first;
    card.replaceChildren(name, ...rest.flatMap((line) => [document.createElement("br"), line]));
    card.hidden = false;
    const { left, top, width, height } = frame.getBoundingClientRect();
    const right = within(x - left + 14, 4, Math.max(4, width - card.offsetWidth - 4));
    const below = y - top + 18 + card.offsetHeight > height ? y - top - card.offsetHeight - 10 : y - top + 18;
    card.style.setProperty("left", `${right}px`);
    card.style.setProperty("top", `${Math.max(4, below)}px`);
  };
  const find = (shape) => {
    const place = places.find((each) => each.shape === shape);
    if (!place) return;
    const wide = Math.max(place.right - place.left, ((place.bottom - place.top) * WIDTH) / HEIGHT);
    const width = within(Math.max(wide * 6, WIDTH / 12), WIDTH / DEEPEST, WIDTH);
    look((place.left + place.right - width) / 2, (place.top + place.bottom - (width * HEIGHT) / WIDTH) / 2, width);
    for (const each of map.querySelectorAll(".ring")) each.remove();
    names.before(made("path", { class: "ring", d: shape.getAttribute("d") }, ""));
    frame.scrollIntoView({ block: "center" });
    frame.focus({ preventScroll: true });
    const { left, top, width: across } = size(), px = view.width / across;
    tell(shape, left + ((place.left + place.right) / 2 - view.x) / px, top + (place.bottom - view.y) / px);
  };

  // Mouse and fingers. A page that is being scrolled past the map goes on scrolling.
  const pointers = new Map();
  let moved = 0, scrolled = 0, drag = null;
  addEventListener("scroll", () => { scrolled = performance.now(); }, { passive: true });
  frame.addEventListener("wheel", (event) => {
    const isOut = event.deltaY > 0 && view.width >= WIDTH;
    if (!event.deltaY || (!event.ctrlKey && (isOut || performance.now() - scrolled < 300))) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    zoom(Math.exp(-within(event.deltaY * lines, -300, 300) * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY);
    hide();
  }, { passive: false });
  const spread = () => {
    const [a, b] = pointers.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  };
  map.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved = pointers.size > 1 ? 99 : 0;
    drag = pointers.size > 1 ? spread() : null;
  });
  map.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) {
      if (event.pointerType !== "mouse") return;
      const { left, top } = size(), px = unitsPerPixel();
      showPosition("here", degrees(view.x + (event.clientX - left) * px, view.y + (event.clientY - top) * px));
      if (hints.has(event.target)) tell(event.target, event.clientX, event.clientY);
      else hide();
      return;
    }
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved += Math.abs(dx) + Math.abs(dy);
    if (pointers.size === 2) {
      const now = spread(), px = unitsPerPixel();
      if (drag && drag.apart) zoom(now.apart / drag.apart, now.x, now.y);
      if (drag) pan((drag.x - now.x) * px, (drag.y - now.y) * px);
      drag = now;
    } else if (moved > 4 && view.width < WIDTH) {
      if (!map.hasPointerCapture(event.pointerId)) map.setPointerCapture(event.pointerId);
      frame.classList.add("moving");
      pan(-dx * unitsPerPixel(), -dy * unitsPerPixel());
    }
    if (moved > 4) hide();
  });
  const release = (event) => {
    pointers.delete(event.pointerId);
    drag = null;
    frame.classList.remove("moving");
  };
  for (const name of ["pointerup", "pointercancel"]) map.addEventListener(name, release);
  map.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "mouse" || pointers.size) return;
    hide();
    showPosition("middle", middle());
  });
  map.addEventListener("dragstart", (event) => event.preventDefault());
  map.addEventListener("click", (event) => {
    if (moved > 4) event.preventDefault();
    else if (hints.has(event.target)) tell(event.target, event.clientX, event.clientY);
    else hide();
  });
  map.addEventListener("dblclick", (event) => zoom(2, event.clientX, event.clientY));

  // Buttons, keys, and links that lead to a place
  const actions = { in: () => zoom(1.8), out: () => zoom(1 / 1.8), all: reset };
  for (const button of frame.querySelectorAll("[data-do]"))
    button.addEventListener("click", () => { hide(); actions[button.dataset.do](); });
  const step = () => view.width / 8;
  const keys = {
    ArrowLeft: () => pan(-step(), 0), ArrowRight: () => pan(step(), 0),
    ArrowUp: () => pan(0, -step()), ArrowDown: () => pan(0, step()),
    "+": actions.in, "=": actions.in, "-": actions.out, 0: reset, Home: reset, Escape: hide,
  };
  frame.addEventListener("keydown", (event) => {
    const isArrow = event.key.startsWith("Arrow");
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    if (isArrow && view.width >= WIDTH) return; // nothing to move: the page scrolls
    event.preventDefault();
    hide();
    keys[event.key]();
  });
  const shapeOf = (hash) => /^#p\d+$/.test(hash) && map.querySelector(`path${hash}`);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#p']");
    const shape = link && shapeOf(link.getAttribute("href"));
    if (!shape) return;
    event.preventDefault();
    find(shape);
  });

  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Map. Plus and minus zoom, arrow keys move, 0 shows all places.");
  frame.classList.add("usable");
  frame.querySelector(".zoom").hidden = false;
  new ResizeObserver(show).observe(map);
  show();
  writeNames();
  if (shapeOf(location.hash)) find(shapeOf(location.hash));
})();
