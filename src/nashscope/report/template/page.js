const specs = JSON.parse(document.getElementById("specs").textContent);
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function look() {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const soft = style.getPropertyValue("--soft").trim();
  const line = style.getPropertyValue("--line").trim();
  return {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: line },
    axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line,
      tickColor: line, titleFontWeight: "normal" },
    legend: { labelColor: soft, titleColor: soft, titleFontWeight: "normal" },
    rule: { color: ink },
  };
}

async function draw() {
  for (const place of document.querySelectorAll("[data-chart]")) {
    try {
      await window.vegaEmbed(place, specs[place.dataset.chart],
        { actions: false, renderer: "svg", config: look(), tooltip: { theme: dark.matches ? "dark" : "light" } });
    } catch (error) {
      place.textContent = `This figure could not be drawn: ${error.message}`;
      place.classList.add("error");
    }
  }
  document.documentElement.dataset.drawn = "true";
}

await draw();
dark.addEventListener("change", draw);
