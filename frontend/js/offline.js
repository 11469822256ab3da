// The empty page: it stands at the address that was asked for, and gives way to the real page as soon as the server answers.
const WAIT_MS = 5000;

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // still away; the next look is soon
  }
}

window.addEventListener("online", look);
document.addEventListener("visibilitychange", look);
setInterval(look, WAIT_MS);
