// Moves the strength, waits until the picture that belongs to it is painted, and notes how long it took.
const [moves, done] = arguments;
const slider = document.querySelector("[name=strength]");
const root = document.documentElement;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
(async () => {
  const taken = [];
  for (let k = 0; k < moves; k += 1) {
    slider.value = String(-3 + (k % 61) / 10);
    const began = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (!(root.dataset.shown ?? "").includes(`strength=${slider.value}`)) await frame();
    await frame();
    taken.push(performance.now() - began);
  }
  done(taken);
})();
