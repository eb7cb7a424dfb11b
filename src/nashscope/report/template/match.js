const CELL = ["game", "pair", "condition"];
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A"];

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// Every text goes through textContent: what a model wrote is never markup.
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value; else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function drawing(tag, properties, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(properties)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function unfold(before, [head, tail, fresh]) {
  return [...before.slice(0, head), ...fresh, ...before.slice(before.length - tail)];
}

// Gives every step its whole prompt; they are stored as what is new in them.
function withPrompts(match) {
  const before = {};
  for (const step of match.steps) {
    if (!step.prompt) continue;
    before[step.player] = unfold(before[step.player] ?? [], step.prompt);
    step.text = before[step.player].join("\n");
    delete step.prompt;
  }
  return match;
}

function bars(names, policy) {
  return make("div", { className: "bars" }, ...names.map((name, k) =>
    make("div", { className: "bar" },
      make("span", { className: "name" }, name),
      make("span", { className: "track" },
        make("span", { className: "fill", style: `width: ${100 * policy[k]}%; background: ${COLOURS[k % 7]}` })),
      make("span", { className: "value" }, policy[k].toFixed(3)))));
}

function lensPicture(names, lens) {
  const [wide, high, left, low] = [320, 130, 30, 22];
  const x = (k) => left + (k * (wide - left - 8)) / Math.max(1, lens.length - 1);
  const y = (p) => 6 + (1 - p) * (high - low - 6);
  const text = (at, across, words, anchor) =>
    drawing("text", { x: at, y: across, "text-anchor": anchor, class: "tick" }, words);
  const lines = names.flatMap((name, k) => [
    drawing("polyline", { points: lens.map((p, i) => `${x(i)},${y(p[k])}`).join(" "),
      fill: "none", stroke: COLOURS[k % 7], "stroke-width": 2 }),
    ...lens.map((p, i) => drawing("circle", { cx: x(i), cy: y(p[k]), r: 2.6, fill: COLOURS[k % 7] },
      drawing("title", {}, `${name} after layer ${i}: ${p[k].toFixed(3)}`)))]);
  const every = Math.ceil(lens.length / 9);
  return drawing("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img",
    "aria-label": `Lens by layer; ${names[0]} ${lens.map((p) => p[0].toFixed(2)).join(", ")}` },
    ...[0, 0.5, 1].flatMap((p) => [
      drawing("line", { x1: left, x2: wide - 8, y1: y(p), y2: y(p), class: "grid" }),
      text(left - 5, y(p) + 4, String(p), "end")]),
    ...lens.map((_, i) => i).filter((i) => i % every === 0).map((i) => text(x(i), high - 6, String(i), "middle")),
    ...lines);
}

function decision(cell, match, step) {
  const own = cell.actions[step.player];
  const labels = match.labels[step.player] ?? [];
  const names = own.map((name, k) => (labels[k] && labels[k] !== name ? `${name} (${labels[k]})` : name));
  const chosen = step.action === undefined ? step.outcome : names[step.action];
  const card = make("article", { className: "decision" },
    make("h4", {}, `Player ${step.player + 1}: ${cell.agents[step.player]}`),
    make("p", { className: "chosen" }, make("strong", {}, chosen),
      step.done === undefined ? "" : `, but a tremble did ${names[step.done]}`));
  if (step.policy) {
    card.append(make("h5", {}, step.how === "logprobs" ? "Policy, read from the logits" : `Policy (${step.how ?? "its own"})`),
      bars(names, step.policy));
    if (step.mass !== undefined) {
      card.append(make("p", { className: "notes" }, `The labels hold ${(100 * step.mass).toFixed(1)} % of the next word's probability.`));
    }
  }
  if (step.lens) {
    card.append(make("h5", {}, "Lens: if it stopped after layer …"), lensPicture(names, step.lens),
      make("ul", { className: "legend" }, ...names.map((name, k) => make("li", {},
        make("span", { className: "dot", style: `background: ${COLOURS[k % 7]}` }), name))));
  }
  if (step.reply !== undefined) {
    card.append(make("h5", {}, "Reply"), make("pre", { className: "reply", tabIndex: 0 }, step.reply));
  }
  if (step.text !== undefined) {
    card.append(make("details", { className: "prompt", open: opened },
      make("summary", {}, "Prompt"), make("pre", { tabIndex: 0 }, step.text)));
    card.lastChild.addEventListener("toggle", (event) => { opened = event.target.open; });
  }
  return card;
}

let opened = true;

function strip(cell, match, rounds, show) {
  const table = make("div", { className: "strip", "aria-hidden": "true" });
  cell.agents.forEach((_, player) => {
    const row = make("div", {});
    for (const round of rounds) {
      const step = match.steps.find((s) => s.round === round && s.player === player);
      const action = step?.action;
      row.append(make("span", {
        className: "square", title: `round ${round + 1}: ${action === undefined ? step?.outcome ?? "–" : cell.actions[player][action]}`,
        style: action === undefined ? "" : `background: ${COLOURS[action % 7]}`,
        onclick: () => show(round) }));
    }
    table.append(row);
  });
  return table;
}

function browse(place, data) {
  const menus = make("div", { className: "menus" });
  const body = make("div", { className: "match" });
  place.replaceChildren(menus, body);
  const chosen = {};

  function showMatch(cell) {
    const match = cell.matches.find((m) => String(m.match) === chosen.match) ?? cell.matches[0];
    withPrompts(match);
    const rounds = [...new Set(match.steps.map((s) => s.round))].sort((a, b) => a - b);
    const slider = make("input", { type: "range", min: 0, max: rounds.length - 1, value: 0, "aria-label": "Round" });
    const said = make("output", {});
    const cards = make("div", { className: "decisions", "aria-live": "polite" });
    const line = strip(cell, match, rounds, (round) => { slider.value = rounds.indexOf(round); show(); });
    function show() {
      const round = rounds[Number(slider.value)];
      said.textContent = round < 0 ? `spoken, ${-round} before the first` : `round ${round + 1} of ${rounds.at(-1) + 1}`;
      slider.setAttribute("aria-valuetext", said.textContent);
      cards.replaceChildren(...match.steps.filter((s) => s.round === round).map((s) => decision(cell, match, s)));
      line.querySelectorAll(".square").forEach((square, k) =>
        square.classList.toggle("now", k % rounds.length === Number(slider.value)));
    }
    const step = (by) => { slider.value = Number(slider.value) + by; show(); };
    slider.addEventListener("input", show);
    body.replaceChildren(line,
      make("div", { className: "rounds" },
        make("button", { type: "button", "aria-label": "Round before", onclick: () => step(-1) }, "←"), slider,
        make("button", { type: "button", "aria-label": "Next round", onclick: () => step(1) }, "→"), said),
      make("ul", { className: "legend" }, ...cell.actions[0].map((name, k) => make("li", {},
        make("span", { className: "dot", style: `background: ${COLOURS[k % 7]}` }),
        cell.actions.every((own) => own[k] === name) ? name : cell.actions.map((own) => own[k]).join(" / ")))),
      cards);
    show();
  }

  // Each menu offers what the menus before it leave open.
  function refresh() {
    let left = data.cells;
    const built = CELL.map((name) => {
      const offered = [...new Set(left.map((cell) => cell[name]))];
      if (!offered.includes(chosen[name])) chosen[name] = offered[0];
      left = left.filter((cell) => cell[name] === chosen[name]);
      return menu(name, offered);
    });
    const cell = left[0];
    const numbers = cell.matches.map((m) => String(m.match));
    if (!numbers.includes(chosen.match)) chosen.match = numbers[0];
    built.push(menu("match", numbers, (number) => {
      const read = cell.matches.find((m) => String(m.match) === number).steps.some((s) => s.lens);
      return `${Number(number) + 1}${read ? ", with the lens" : ""}`;
    }));
    menus.replaceChildren(...built);
    showMatch(cell);
  }

  function menu(name, offered, said = (value) => value) {
    const select = make("select", { name }, ...offered.map((value) =>
      make("option", { value, selected: value === chosen[name] }, said(value))));
    select.addEventListener("change", () => {
      chosen[name] = select.value;
      refresh();
      menus.querySelector(`select[name=${name}]`).focus();
    });
    return make("label", {}, `${name[0].toUpperCase()}${name.slice(1)} `, select);
  }

  refresh();
}

const places = document.querySelectorAll(".matches");
const packed = document.querySelectorAll("script.packed");
for (let k = 0; k < places.length; k += 1) {
  try {
    browse(places[k], await unpacked(packed[k].textContent));
  } catch (error) {
    places[k].textContent = `The transcripts could not be read: ${error.message}; they are in transcripts.jsonl.`;
  }
}
document.documentElement.dataset.browsed = "true";
