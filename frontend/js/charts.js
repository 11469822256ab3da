import { all, make, on, one } from "./dom.js";

/** The drawn chart and its table say the same: values are read from the table's rows. */
const rowsOf = (chart) => all("[data-twin] tbody tr", chart.parentElement);
const plotOf = (chart) => all("svg.plot", chart)[1];

function show(chart, index) {
  const rows = rowsOf(chart);
  const at = Math.max(0, Math.min(rows.length - 1, index));
  const cells = all("th, td", rows[at]).map((cell) => cell.textContent.trim());
  const plot = plotOf(chart);
  const cursor = one(".cursor", plot);
  const x = (100 * (at + 1)) / rows.length;
  cursor.setAttribute("x1", `${x}%`);
  cursor.setAttribute("x2", `${x}%`);
  cursor.style.visibility = "visible";
  chart.dataset.at = at;
  const heads = all("[data-twin] thead th", chart.parentElement).map((cell) => cell.textContent);
  const lines = cells.slice(1).flatMap((text, i) => (text ? [`${heads[i + 1]} ${text}`] : []));
  one("output", chart).textContent = [cells[0], ...lines].join(", ");
  tip(chart, cells[0], lines, plot, x);
}

function tip(chart, title, lines, plot, x) {
  one(".chart-tip", chart)?.remove();
  const box = make("div", { class: "chart-tip", "aria-hidden": "true" }, make("b", {}, title), ...lines.map((line) => make("span", {}, line)));
  chart.append(box);
  const frame = chart.getBoundingClientRect();
  const at = plot.getBoundingClientRect().left - frame.left + (plot.getBoundingClientRect().width * x) / 100;
  const left = at + 14 + box.offsetWidth > frame.width ? at - 14 - box.offsetWidth : at + 14;
  box.style.insetInlineStart = "auto";
  box.style.left = `${Math.max(0, left)}px`;
}

function hide(chart) {
  one(".chart-tip", chart)?.remove();
  const cursor = one(".cursor", chart);
  if (cursor) cursor.style.visibility = "";
}

const dayAt = (chart, clientX) => {
  const box = plotOf(chart).getBoundingClientRect();
  return Math.round(((clientX - box.left) / box.width) * rowsOf(chart).length) - 1;
};

export function startCharts() {
  on("pointermove", "[data-chart]", (chart, event) => show(chart, dayAt(chart, event.clientX)));
  on("pointerout", "[data-chart]", (chart, event) => {
    if (!chart.contains(event.relatedTarget)) hide(chart);
  });
  on("focusout", "[data-chart]", hide);
  const follow = (chart, at) => one("a", rowsOf(chart)[at])?.click();
  on("click", "[data-chart]", (chart, event) => {
    const at = dayAt(chart, event.clientX);
    if (at >= 0) follow(chart, at);
  });
  on("keydown", "[data-chart]", (chart, event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -99, End: 99 }[event.key];
    const today = all("td:nth-child(2)", one("[data-twin] tbody", chart.parentElement)).filter((cell) => cell.textContent.trim()).length - 1;
    const at = Number(chart.dataset.at ?? today + 1);
    if (step) show(chart, Number.isNaN(at) ? today : at + step);
    else if (event.key === "Enter" && chart.dataset.at) follow(chart, at);
    else if (event.key === "Escape") hide(chart);
    else return;
    event.preventDefault();
  });
}
