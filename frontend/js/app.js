import htmx from "htmx.org/dist/htmx.esm.js";
import { startBudgets } from "./budgets.js";
import { startCharts } from "./charts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menus.js";
import { startPalette } from "./palette.js";
import { startPanel } from "./panel.js";
import { startPicker } from "./picker.js";
import { startPreferences } from "./preferences.js";
import { startRows } from "./rows.js";
import { startSelection } from "./selection.js";
import { startToasts } from "./toasts.js";

window.htmx = htmx;
const starts = [startPreferences, startMenus, startForms, startToasts, startCharts, startBudgets];
const signedIn = [startPanel, startPicker, startRows, startSelection, startPalette, startKeys, startLive];
for (const start of document.body.dataset.page === "plain" ? starts : [...starts, ...signedIn]) start(htmx);
