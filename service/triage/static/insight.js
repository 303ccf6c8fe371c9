// The chart of verdicts by day: one stacked column a day, drawn by uPlot.

const NAMES = ["accepted", "review", "retake", "rejected"];
const COLOURS = ["--ok-strong", "--accent", "--mid-strong", "--bad-strong"];
const series = JSON.parse(document.getElementById("series").textContent);
const place = document.getElementById("chart");
let chart = null;

function draw() {
  chart?.destroy();
  if (!series.day.length) { place.textContent = "Nothing yet."; return; }
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const times = series.day.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  // Each is drawn from the ground up to the sum with those below it, the highest first.
  const sums = [];
  for (const name of NAMES) {
    const below = sums.at(-1) ?? series[name].map(() => 0);
    sums.push(series[name].map((value, n) => value + below[n]));
  }
  const order = [3, 2, 1, 0];
  const bars = uPlot.paths.bars({ size: [0.7, 48] });
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
  chart = new uPlot(
    {
      width: place.clientWidth,
      height: 240,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      cursor: { points: { show: false }, drag: { x: false, y: false } },
      scales: { x: { range: (_, low, high) => [low - 43_200, high + 43_200] }, y: { range: (_, low, high) => [0, Math.max(1, high * 1.08)] } },
      axes: [{ ...axis, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => new Date(tick * 1000).toISOString().slice(5, 10)), space: 56 }, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5] }],
      series: [
        { label: "Day", value: (_, at) => (at ? new Date(at * 1000).toISOString().slice(0, 10) : "–") },
        ...order.map((n) => ({ label: NAMES[n], fill: colour(COLOURS[n]), stroke: colour(COLOURS[n]), width: 0, paths: bars, points: { show: false }, value: (_, __, ___, index) => (index == null ? "–" : series[NAMES[n]][index]) })),
      ],
    },
    [times, ...order.map((n) => sums[n])],
    place,
  );
}

draw();
document.addEventListener("theme", draw);
addEventListener("resize", draw);
