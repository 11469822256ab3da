import { all, make, on, one } from "./dom.js";

function openDialog(dialog) {
  if (!dialog || dialog.matches(":modal")) return;
  if (dialog.open) dialog.close(); // drawn open for readers without a script
  all("details.menu[open]").forEach((menu) => (menu.open = false));
  dialog.showModal();
  dialog.removeAttribute("data-open"); // a page that refreshes itself must not open again what was closed
  const first = one('[aria-invalid="true"]', dialog) ?? one("[autofocus]", dialog) ?? one("input:not([type=hidden]), select", dialog);
  first?.focus();
}

export function openAdd() {
  const dialog = one("#add");
  if (dialog) openDialog(dialog);
  else location.assign("/transactions?add=1");
}

/** What the browser already knows need not be asked. */
function guess() {
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  for (const field of all("[data-guess]")) field.value = field.dataset.guess === "zone" ? timeZone : locale;
}

function startDialogs() {
  on("click", "[data-opens]", (button, event) => {
    const dialog = one(`#${CSS.escape(button.dataset.opens)}`);
    if (dialog) event.preventDefault(); // it may be a link, for readers without a script
    openDialog(dialog);
  });
  on("click", "[data-add]", (link, event) => {
    event.preventDefault();
    openAdd();
  });
  on("click", "[data-balance]", (button, event) => {
    event.preventDefault();
    const dialog = one("#new-balance");
    one("[name=account_id]", dialog).value = button.dataset.balance;
    openDialog(dialog);
  });
  on("click", "dialog", (dialog, event) => {
    if (event.target === dialog) dialog.close();
  });
  const openMarked = (within) => all("dialog[data-open]", within).forEach(openDialog);
  openMarked(document);
  document.addEventListener("htmx:afterSettle", () => openMarked(document));
}

function startDrop() {
  const name = (field) => {
    const most = Number(field.closest("[data-bytes-max]")?.dataset.bytesMax);
    const file = field.files[0];
    const large = most && file?.size > most;
    field.setCustomValidity(large ? `A file may have ${Math.floor(most / 2 ** 20)} MB.` : "");
    const said = one("[data-file-name]");
    if (said && file) said.textContent = large ? `${file.name} is larger than ${Math.floor(most / 2 ** 20)} MB: download a shorter period.` : file.name;
  };
  on("change", "[data-drop] input", name);
  for (const kind of ["dragover", "dragleave", "drop"])
    on(kind, "[data-drop]", (zone, event) => {
      event.preventDefault();
      zone.classList.toggle("over-file", kind === "dragover");
      if (kind !== "drop" || !event.dataTransfer.files.length) return;
      const field = one("input", zone);
      field.files = event.dataTransfer.files;
      name(field);
    });
}

/** Known merchants while one is typed. */
function suggestMerchants() {
  let asked = 0;
  on("input", "#add-merchant", async (field) => {
    const mine = ++asked;
    if (field.value.trim().length < 2) return;
    const response = await fetch(`/palette?${new URLSearchParams({ q: field.value.trim() })}`).catch(() => null);
    if (!response?.ok || mine !== asked) return;
    const found = (await response.json()).groups.filter((group) => group.name === "Merchants" || group.name === "Transactions");
    const names = [...new Set(found.flatMap((group) => group.items.map((item) => item.label)))];
    one("#merchants").replaceChildren(...names.map((name) => make("option", { value: name })));
  });
}

export function startForms() {
  guess();
  startDialogs();
  startDrop();
  on("click", "[data-demo]", (button) => {
    const [email, password] = all("dd", button.closest("dl")).map((dd) => dd.textContent);
    one("[name=email]").value = email;
    one("[name=password]").value = password;
    one("form button.main").focus();
  });
  on("click", "[data-copy]", async (button) => {
    const words = one("[data-copy-text]", button.parentElement);
    if (!navigator.clipboard) return getSelection().selectAllChildren(words); // plain http: the reader presses the keys
    await navigator.clipboard.writeText(words.textContent);
    button.setAttribute("aria-label", "Copied");
    const use = one("use", button);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#check"));
    return undefined;
  });
  // The amount is in the unit of the account that is chosen.
  on("change", "[data-symbols]", (list) => (one(".unit", list.form).textContent = list.selectedOptions[0].dataset.symbol));
  suggestMerchants();
}
