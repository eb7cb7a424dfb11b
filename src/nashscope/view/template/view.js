const at = (id) => document.getElementById(id);
const field = (name) => document.querySelector(`[name=${name}]`);
const NAMES = ["model", "game", "situation", "telling", "direction", "layer", "strength"];

function drawing(tag, properties, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(properties)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function made(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

function options(select, pairs) {
  const before = select.value;
  select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
  if (pairs.some(([value]) => String(value) === before)) select.value = before;
}

function policy(seen) {
  return seen.actions.map((name, k) => made("div", "bar",
    made("span", "name", `${name} (${seen.labels[k]})`),
    drawing("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", class: `c${k % 7}`, "aria-hidden": "true" },
      drawing("rect", { class: "track", width: 100, height: 8 }),
      drawing("rect", { class: "fill", width: 100 * seen.policy[k], height: 8 }),
      drawing("line", { class: "mark", x1: 100 * seen.plain[k], x2: 100 * seen.plain[k], y1: 0, y2: 8,
        "vector-effect": "non-scaling-stroke" })),
    made("span", "value", seen.policy[k].toFixed(3))));
}

function lens(seen, layer) {
  const [wide, high, left, low] = [360, 190, 32, 22];
  const last = seen.lens.length - 1;
  const x = (k) => left + (k * (wide - left - 8)) / last;
  const y = (p) => 6 + (1 - p) * (high - low - 6);
  const line = (values, k, kind) => drawing("polyline", { class: `line c${k % 7} ${kind}`,
    points: values.map((p, i) => `${x(i)},${y(p[k])}`).join(" ") });
  const text = (px, py, words, anchor) => drawing("text", { x: px, y: py, "text-anchor": anchor, class: "tick" }, words);
  const every = Math.ceil(seen.lens.length / 12);
  return drawing("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img",
    "aria-label": `Lens by layer: ${seen.actions[0]} ${seen.lens.map((p) => p[0].toFixed(2)).join(", ")}` },
    ...[0, 0.5, 1].flatMap((p) => [
      drawing("line", { x1: left, x2: wide - 8, y1: y(p), y2: y(p), class: "grid" }), text(left - 6, y(p) + 4, String(p), "end")]),
    ...seen.lens.map((_, i) => i).filter((i) => i % every === 0).map((i) => text(x(i), high - 6, String(i), "middle")),
    drawing("line", { class: "at", x1: x(layer), x2: x(layer), y1: 4, y2: high - low }),
    ...seen.actions.flatMap((name, k) => [
      line(seen.plain_lens, k, "plain"), line(seen.lens, k, "edited"),
      ...seen.lens.map((p, i) => drawing("circle", { class: `spot c${k % 7}`, cx: x(i), cy: y(p[k]), r: 3 },
        drawing("title", {}, `${name} after layer ${i}: ${p[k].toFixed(3)}`)))]));
}

function show(seen, layer, began) {
  at("policy").replaceChildren(...policy(seen));
  at("lens").replaceChildren(lens(seen, layer));
  at("prompt").textContent = seen.prompt;
  const push = (seen.norm * Number(field("strength").value)).toPrecision(3);
  at("notes").textContent = `The edit adds a vector of length ${push}; the residual stream there has length `
    + `${seen.stream.toPrecision(3)}. The mark on a bar is the policy without the edit.`;
  document.documentElement.dataset.milliseconds = (performance.now() - began).toFixed(1);
}

// One question at a time, always the newest: a slider asks faster than anybody can look.
let asking = false;
let stale = false;

async function look() {
  at("layer").textContent = field("layer").value;
  at("strength").textContent = Number(field("strength").value).toFixed(1);
  if (asking) { stale = true; return; }
  asking = true;
  const began = performance.now();
  const asked = new URLSearchParams(NAMES.map((name) => [name, field(name).value]));
  try {
    const answer = await fetch(`look?${asked}`);
    const seen = await answer.json();
    at("error").textContent = seen.error ?? "";
    if (answer.ok) show(seen, Number(asked.get("layer")), began);
  } catch (error) {
    at("error").textContent = `The server does not answer (${error.message}); is nashscope view still running?`;
  }
  asking = false;
  document.documentElement.dataset.ready = "true";
  document.documentElement.dataset.shown = String(asked);
  if (stale) { stale = false; await look(); }
}

const offered = await (await fetch("offered")).json();

function refresh() {
  const layers = offered.models[field("model").value];
  field("layer").max = layers;
  options(field("situation"), offered.games[field("game").value].map((text, k) => [k, text]));
}

options(field("model"), Object.keys(offered.models).map((name) => [name, name]));
options(field("game"), Object.keys(offered.games).map((name) => [name, name.replaceAll("_", " ")]));
options(field("telling"), Array.from({ length: offered.tellings }, (_, k) => [k, k + 1]));
options(field("direction"), offered.directions.map((name) => [name, name]));
refresh();
field("situation").value = "1";
field("layer").value = Math.ceil(offered.models[field("model").value] / 2);
at("menus").addEventListener("change", () => { refresh(); look(); });
at("menus").addEventListener("submit", (event) => event.preventDefault());
for (const name of ["layer", "strength"]) field(name).addEventListener("input", look);
at("reset").addEventListener("click", () => { field("strength").value = 0; look(); });
await look();
