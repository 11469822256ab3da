import { all, one } from "./dom.js";

let at = -1;

const asks = () => all("[data-ask]");
export const reviewing = () => one("[data-review] [data-ask]") !== null;

function here() {
  const found = document.activeElement?.closest("[data-ask]");
  return found ? asks().indexOf(found) : at;
}

function focusAt(index) {
  const list = asks();
  at = Math.max(0, Math.min(list.length - 1, index));
  (list[at] ?? one("[data-review-end]"))?.focus({ preventScroll: true });
  list[at]?.scrollIntoView({ block: "nearest" });
}

export const moveAsk = (by) => focusAt(here() + by);

/** Presses the button of the question that has the focus, or of the first one. */
export function answerAsk(which) {
  at = Math.max(0, here());
  one(`[data-${which}]`, asks()[at])?.click();
}

/** Once answered, the next question stands where this one stood. */
export function startReview() {
  if (!one("[data-review]")) return;
  let answered = false;
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest?.("[data-review] form")) {
      at = Math.max(0, here());
      answered = true;
    }
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (answered && one("[data-review]")) focusAt(at);
    answered = false;
  });
}
