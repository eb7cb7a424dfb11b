const specs = JSON.parse(document.getElementById("specs").textContent);
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

function look() {
  const style = getComputedStyle(root);
  const [ink, soft, line] = ["--ink", "--soft", "--line"].map((n) => style.getPropertyValue(n).trim());
  return {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: line },
    title: { color: ink },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line,
      tickColor: line, titleFontWeight: "normal", labelLimit: 140 },
    legend: { labelColor: soft, titleColor: soft, titleFontWeight: "normal" },
    rule: { color: ink },
  };
}

async function draw(place) {
  try {
    await window.vegaEmbed(place, specs[place.dataset.chart],
      { actions: false, ast: true, renderer: "svg", config: look(), tooltip: { theme: isDark() ? "dark" : "light" } });
  } catch (error) {
    place.textContent = `This figure could not be drawn: ${error.message}`;
    place.classList.add("error");
  }
}

const waiting = () => [...document.querySelectorAll(".panel:not([hidden]) [data-chart]:not([data-done])")];

async function drawAll() {
  for (let place = waiting()[0]; place; place = waiting()[0]) {
    place.dataset.done = "true";
    await draw(place);
  }
  root.dataset.drawn = "true";
}

function choose(figure) {
  const wanted = [...figure.querySelectorAll("select[data-menu]")].map((s) => [s.dataset.menu, s.value]);
  for (const panel of figure.querySelectorAll(".panel")) {
    const choice = JSON.parse(panel.dataset.choice);
    panel.hidden = wanted.some(([name, value]) => value && name in choice && choice[name] !== value);
  }
}

for (const menus of document.querySelectorAll(".menus")) {
  const figure = menus.closest("figure");
  menus.hidden = false;
  menus.addEventListener("change", () => { choose(figure); drawAll(); });
  choose(figure);
}

function redraw() {
  root.style.colorScheme = isDark() ? "dark" : "light";
  theme.textContent = isDark() ? "Light" : "Dark";
  for (const place of document.querySelectorAll("[data-done]")) delete place.dataset.done;
  return drawAll();
}

const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; redraw(); });
system.addEventListener("change", redraw);
// paper is white, whatever the screen is
let before;
window.addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; redraw(); });
window.addEventListener("afterprint", () => {
  if (before) root.dataset.theme = before; else delete root.dataset.theme;
  redraw();
});

await redraw();
