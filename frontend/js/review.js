import { all, make, on, one, typing } from "./dom.js";
import { pickCategory } from "./picker.js";
import { undo } from "./toasts.js";

let at = -1;
let busy = false;
let queue = []; // keys that came while an answer was on its way: they mean what will stand here then

const QUEUE_MAX = 20;
const SWIPE_PX = 80;

const asks = () => all("[data-ask]");
const card = () => one("[data-card]");
const atAsk = () => document.activeElement?.closest("[data-ask]") ?? null;
export const reviewing = () => one("[data-review] :is([data-ask], [data-card])") !== null;

function here() {
  const found = atAsk();
  return found ? asks().indexOf(found) : at;
}

function focusAt(index) {
  const list = asks();
  at = Math.max(0, Math.min(list.length - 1, index));
  (list[at] ?? one("[data-review-end]"))?.focus({ preventScroll: true });
  list[at]?.scrollIntoView({ block: "nearest" });
}

/** The row whose card is open has the focus, so that it is read out. */
function focusRow() {
  const row = one("[data-wait][aria-current]");
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

/** Rows first, then the questions: from the last row on into them, and back. */
function move(by) {
  const rows = all("[data-wait]");
  const current = rows.findIndex((row) => row.matches("[aria-current]"));
  if (!card() || (atAsk() && !(by < 0 && here() === 0))) return focusAt(here() + by);
  if (atAsk()) return focusRow();
  const next = rows[current + by];
  if (next) return next.click();
  if (by > 0 && asks().length) return focusAt(0);
  return focusRow();
}

export function moveAsk(by) {
  if (busy) wait(() => moveAsk(by));
  else move(by);
}

const wait = (act) => queue.length < QUEUE_MAX && queue.push(act);

/** Presses the button of the question that has the focus, or of the first one. */
export function answerAsk(which) {
  if (busy) return wait(() => answerAsk(which));
  at = Math.max(0, here());
  return one(`[data-${which}]`, asks()[at])?.click();
}

/** `e`: the card's answer; false where there is no card. */
export function approveCard() {
  if (!card()) return false;
  if (busy) wait(approveCard);
  else one("[data-approve]").click();
  return true;
}

/** `1 2 3`: one of the likeliest. */
export function chooseOption(number) {
  if (!card()) return;
  if (busy) return void wait(() => chooseOption(number));
  const option = all(".wait-option input", card())[number - 1];
  if (option) option.checked = true;
  if (option) chosen(option.dataset.name);
}

function chosen(name) {
  one("[data-approve-words]").textContent = `Approve as ${name}`;
  for (const word of all("[data-after]", card())) word.textContent = name;
}

/** `c`: any category; it becomes one more option, and is chosen. */
export async function chooseOther() {
  const button = one("[data-choose]");
  if (!button || busy) return false;
  const choice = await pickCategory(button);
  if (!choice || !card()) return true;
  let option = all(".wait-option input", card()).find((input) => input.value === choice.value);
  if (!option) {
    option = make("input", { class: "sr-only", type: "radio", name: "category_id", value: choice.value, "data-name": choice.label });
    const dot = make("span", { class: `dot tone-${choice.tone}`, "aria-hidden": "true" });
    button.before(make("label", { class: "wait-option" }, option, dot, make("span", { class: "wait-option-name" }, choice.label)));
  }
  option.checked = true;
  chosen(choice.label);
  return true;
}

/** `z` behind an answer on its way takes back that answer, not the one before it. */
export function undoAsk() {
  if (busy) wait(undoAsk);
  else undo();
}

function startSwipe() {
  let from = null;
  on("touchstart", "[data-card]", (_, event) => (from = event.touches.length === 1 ? [event.touches[0].clientX, event.touches[0].clientY] : null), { passive: true });
  on("touchend", "[data-card]", (_, event) => {
    if (!from || typing(event.target)) return;
    const [dx, dy] = [event.changedTouches[0].clientX - from[0], event.changedTouches[0].clientY - from[1]];
    from = null;
    if (Math.abs(dx) < SWIPE_PX || Math.abs(dy) > Math.abs(dx) / 2) return;
    if (dx > 0) approveCard();
    else one("[data-later]")?.click();
  });
}

/** Once answered, the next row or question stands where this one stood. */
export function startReview() {
  if (!one("[data-review]")) return;
  let answered = "";
  const over = (event) => {
    if (!event.target.closest?.("[data-review]")) return;
    busy = false;
    answered = "";
    queue = [];
  };
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const source = event.target.closest?.("[data-review] :is(form, [data-wait], [data-later], [data-earlier])");
    if (!source) return;
    busy = true;
    answered = source.closest("[data-ask], .review-title") ? "ask" : "row";
    if (answered === "ask") at = Math.max(0, here());
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    // The bell fetches itself too, and that says nothing of an answer on its way.
    if (event.detail.target?.id !== "review" || !one("[data-review]")) return;
    const next = answered;
    answered = "";
    busy = false;
    if (next === "row" && card()) focusRow();
    else if (next) focusAt(next === "row" ? 0 : at);
    while (!busy && queue.length) queue.shift()(); // a choice sends nothing, so the key after it would wait for ever
  });
  // A refresh that an answer overtakes is given up and is no failure: keys that wait are not lost with it.
  for (const failed of ["htmx:responseError", "htmx:sendError"]) document.body.addEventListener(failed, over);
  on("change", ".wait-option input", (option) => chosen(option.dataset.name));
  on("click", "[data-choose]", () => chooseOther());
  startSwipe();
}
