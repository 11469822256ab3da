import { all, make, on, one } from "./dom.js";

const namesOf = (element) => (element.dataset.path ?? "").split(" ");

/** Lights the bands that a node is part of: those that reach it, and those that leave it. */
function light(chart, node) {
  const names = node ? namesOf(node) : [];
  chart.classList.toggle("lit", Boolean(node));
  const mine = new Set(names.slice(0, 1));
  for (const band of all(".ribbon", chart)) {
    const of = namesOf(band);
    band.classList.toggle("on", of.some((name) => mine.has(name)) || (of.length === 1 && names.includes(of[0])) || mine.has("all"));
  }
}

const nodesOf = (chart) => all("[role=treeitem]", chart);

function rove(chart, node) {
  for (const other of nodesOf(chart)) other.setAttribute("tabindex", other === node ? "0" : "-1");
  node.focus();
}

/** The tree's keys: up and down its items, left to what holds one, right to what it holds. */
function step(chart, node, key) {
  const nodes = nodesOf(chart);
  const at = nodes.indexOf(node);
  const level = (n) => Number(n.getAttribute("aria-level"));
  if (key === "ArrowDown") return nodes[at + 1];
  if (key === "ArrowUp") return nodes[at - 1];
  if (key === "Home") return nodes[0];
  if (key === "End") return nodes.at(-1);
  if (key === "ArrowRight") return nodes[at + 1] && level(nodes[at + 1]) > level(node) ? nodes[at + 1] : undefined;
  if (key === "ArrowLeft") return nodes.slice(0, at).findLast((n) => level(n) < level(node));
  return undefined;
}

/** Paints a drawing of the page on a canvas as it looks, and hands it over as a file. */
async function asPicture(svg, { title, name, note = "" }) {
  const [margin, head, sharp] = [24, 44, 2];
  const box = svg.getBoundingClientRect();
  const canvas = make("canvas", { width: (box.width + 2 * margin) * sharp, height: (box.height + head + margin + 48) * sharp });
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.body);
  pen.scale(sharp, sharp);
  pen.fillStyle = getComputedStyle(one(".card")).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = style.color;
  pen.font = `600 15px ${style.fontFamily}`;
  pen.fillText(title, margin, 28);
  pen.font = `12px ${style.fontFamily}`;
  pen.fillText(note, margin, box.height + head + 52);
  let across = margin;
  for (const key of all(".trend-table th .key")) {
    const name = key.parentElement.textContent.trim().slice(0, 28);
    pen.fillStyle = getComputedStyle(key, "::before").backgroundColor;
    pen.fillRect(across, box.height + head + 24, 8, 8);
    pen.fillStyle = style.color;
    pen.fillText(name, across + 14, box.height + head + 32);
    across += pen.measureText(name).width + 32;
  }
  for (const shape of all("path, rect, line, circle, text", svg)) paint(pen, shape, { x: margin - box.left, y: head - box.top });
  const blob = await new Promise((ready) => canvas.toBlob(ready, "image/png"));
  const link = make("a", { href: URL.createObjectURL(blob), download: `${name}.png` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function paint(pen, shape, by) {
  const style = getComputedStyle(shape);
  const place = shape.getScreenCTM();
  if (style.display === "none" || style.visibility === "hidden" || !place) return;
  const move = (matrix) => new DOMMatrix([1, 0, 0, 1, by.x, by.y]).multiply(matrix);
  pen.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
  pen.fillStyle = style.fill === "none" ? "transparent" : style.fill;
  pen.strokeStyle = style.stroke === "none" ? "transparent" : style.stroke;
  pen.lineWidth = parseFloat(style.strokeWidth);
  pen.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
  if (shape.tagName === "text") return write(pen, shape, style, move(place));
  const outline = new Path2D();
  outline.addPath(pathOf(shape), move(place));
  pen.fill(outline);
  if (style.stroke !== "none") pen.stroke(outline);
  return undefined;
}

function pathOf(shape) {
  if (shape.tagName === "path") return new Path2D(shape.getAttribute("d"));
  const path = new Path2D();
  const at = (name) => shape[name].baseVal.value;
  if (shape.tagName === "rect") path.rect(at("x"), at("y"), at("width"), at("height"));
  else if (shape.tagName === "circle") path.arc(at("cx"), at("cy"), at("r"), 0, 2 * Math.PI);
  else {
    path.moveTo(at("x1"), at("y1"));
    path.lineTo(at("x2"), at("y2"));
  }
  return path;
}

/** Words where they stand, run by run, with the halo that keeps them off the lines. */
function write(pen, text, style, place) {
  if (!text.getNumberOfChars()) return;
  let from = 0;
  for (const run of text.childNodes) {
    const own = getComputedStyle(run.nodeType === Node.TEXT_NODE ? text : run);
    if (own.display === "none" || !run.textContent) continue;
    const at = text.getStartPositionOfChar(from);
    const start = new DOMPoint(at.x, at.y).matrixTransform(place);
    from += run.textContent.length;
    pen.font = `${own.fontWeight} ${own.fontSize} ${own.fontFamily}`;
    if (style.stroke !== "none") pen.strokeText(run.textContent, start.x, start.y);
    pen.fillStyle = own.fill;
    pen.fillText(run.textContent, start.x, start.y);
  }
}

/** Months dragged over become the period; one alone is its link. */
let brush = null;
const between = (chart) => {
  const months = all(".month", chart);
  const [a, b] = [months.indexOf(brush.from), months.indexOf(brush.to)].sort((x, y) => x - y);
  return months.slice(a, b + 1);
};

function mark(chart) {
  const chosen = brush ? between(chart) : [];
  for (const month of all(".month", chart)) month.classList.toggle("brushed", chosen.length > 1 && chosen.includes(month));
}

function startBrush() {
  on("pointerdown", "[data-brush] .month", (month) => (brush = { from: month, to: month }));
  on("dragstart", "[data-brush] .month", (_, event) => event.preventDefault());
  on("pointerover", "[data-brush] .month", (month) => {
    if (!brush) return;
    brush.to = month;
    mark(month.closest("[data-brush]"));
  });
  on("click", "[data-brush] .month", (_, event) => brush?.dragged && event.preventDefault());
  document.addEventListener("pointerup", () => {
    if (!brush) return;
    const chosen = between(brush.from.closest("[data-brush]"));
    brush.dragged = chosen.length > 1;
    if (brush.dragged) {
      const at = new URL(location.href);
      at.searchParams.delete("period");
      at.searchParams.set("from", chosen[0].dataset.first);
      at.searchParams.set("to", chosen.at(-1).dataset.last);
      location.assign(at);
    }
    setTimeout(() => (brush = null));
  });
}

/** What a script adds to a report, also to one that has just been drawn again. */
function prepare() {
  for (const chart of all("[data-flow]")) nodesOf(chart).forEach((node, n) => node.setAttribute("tabindex", n ? "-1" : "0"));
  for (const button of all("[data-png]")) button.hidden = false;
}

export function startReports() {
  on("pointerover", "[data-flow] .flow-node, [data-flow] .ribbon", (node) => light(node.closest("[data-flow]"), node));
  on("pointerout", "[data-flow]", (chart, event) => chart.contains(event.relatedTarget) || light(chart));
  on("focusin", "[data-flow] .flow-node", (node) => light(node.closest("[data-flow]"), node));
  on("focusout", "[data-flow]", (chart) => light(chart));
  on("keydown", "[data-flow] .flow-node", (node, event) => {
    const chart = node.closest("[data-flow]");
    const next = step(chart, node, event.key);
    if (!next) return;
    event.preventDefault();
    rove(chart, next);
  });
  on("change", "[data-builder] select", (field) => field.form.requestSubmit());
  on("click", "[data-png]", (button) => asPicture(document.getElementById(button.dataset.png), button.dataset));
  startBrush();
  prepare();
  document.addEventListener("htmx:afterSettle", prepare);
}
