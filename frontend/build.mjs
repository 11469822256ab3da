// Builds everything the browser loads into src/farthing/web/static/dist: hashed names, a manifest, compressed copies.
// Run from anywhere after `npm ci`:  node frontend/build.mjs
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(here, "../src/farthing/web/static/dist");
const require = createRequire(import.meta.url);
const BUDGET = { js: 100_000, css: 30_000, woff2: 60_000 }; // bytes on the wire of a first load

const shared = {
  bundle: true,
  minify: true,
  write: false,
  legalComments: "none",
  target: ["chrome120", "firefox121", "safari17.2"],
  logLevel: "warning",
};

async function bundleOf(entry, options) {
  const built = await esbuild.build({ ...shared, ...options, entryPoints: [path.join(here, entry)] });
  return Buffer.from(built.outputFiles[0].contents);
}

const drawing = async (source) => {
  const file = source.endsWith(".svg") ? path.join(here, source) : require.resolve(`lucide-static/icons/${source}.svg`);
  return (await readFile(file, "utf8")).replace(/<!--[\s\S]*?-->/g, "").replace(/\s+/g, " ").trim();
};

/** One file of <symbol>s: a page names an icon with <use>, and the browser keeps the file. */
async function iconSprite() {
  const names = JSON.parse(await readFile(path.join(here, "icons.json"), "utf8"));
  const symbols = Object.entries(names).map(async ([name, source]) => {
    const [, box, body] = (await drawing(source)).match(/viewBox="([^"]+)"[^>]*>(.*)<\/svg>/);
    return `<symbol id="${name}" viewBox="${box}">${body.replace(/ \/>/g, "/>").replace(/> </g, "><").trim()}</symbol>`;
  });
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>`);
}

function hashed(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${digest}${ext}`;
}

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

async function keep(manifest, name, bytes) {
  const file = hashed(name, bytes);
  await writeFile(path.join(dist, file), bytes);
  manifest[name] = file;
  if (!/\.(woff2|png)$/.test(name)) {
    await writeFile(path.join(dist, `${file}.br`), brotli(bytes));
    await writeFile(path.join(dist, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  }
  return file;
}

function refuseWhatIsTooHeavy(files) {
  const wire = { js: 0, css: 0, woff2: 0 };
  for (const [name, bytes] of Object.entries(files)) {
    const kind = path.extname(name).slice(1);
    if (kind in wire) wire[kind] += kind === "woff2" ? bytes.length : brotli(bytes).length;
  }
  const line = Object.entries(wire).map(([kind, size]) => `${kind} ${(size / 1000).toFixed(1)} kB of ${BUDGET[kind] / 1000}`);
  console.log(`front end: ${line.join(", ")}`);
  const over = Object.keys(wire).filter((kind) => wire[kind] > BUDGET[kind]);
  if (over.length) throw new Error(`over the first-load budget: ${over.join(", ")}`);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const manifest = {};
const font = await readFile(require.resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"));
const fontFile = await keep(manifest, "inter.woff2", font);
// What stands in each row of a long table is a mask of the style sheet: as an element it were two in every row.
const masks = { "edit.svg": "pencil", "down.svg": "chevron-down" };
const drawn = {};
for (const [name, source] of Object.entries(masks)) drawn[name] = Buffer.from((await drawing(source)).replace('stroke-width="2"', 'stroke-width="1.75"'));
const named = { "inter.woff2": fontFile };
for (const [name, bytes] of Object.entries(drawn)) named[name] = await keep(manifest, name, bytes);
const bundled = await bundleOf("css/app.css", { external: ["*.woff2", "*.svg"] });
const css = Object.entries(named).reduce((text, [name, file]) => text.replaceAll(name, file), bundled.toString());
const files = {
  "inter.woff2": font,
  ...drawn,
  "app.css": Buffer.from(css),
  "app.js": await bundleOf("js/app.js", { format: "esm" }),
  "boot.js": await bundleOf("js/boot.js", { format: "iife" }),
  "offline.js": await bundleOf("js/offline.js", { format: "iife" }),
  "worker.js": await bundleOf("js/worker.js", { format: "iife" }),
  "icons.svg": await iconSprite(),
  "farthing.svg": await readFile(path.join(here, "farthing.svg")),
};
for (const name of (await readdir(path.join(here, "icons"))).sort()) files[name] = await readFile(path.join(here, "icons", name));
for (const [name, bytes] of Object.entries(files)) if (!(name in manifest)) await keep(manifest, name, bytes);
const licences = ["htmx.org", "@fontsource-variable/inter", "lucide-static"].map(async (name) => {
  const file = path.join(here, "../node_modules", name, "LICENSE");
  return `${name}\n\n${await readFile(file, "utf8")}`;
});
await writeFile(path.join(dist, "licences.txt"), (await Promise.all(licences)).join(`\n${"-".repeat(72)}\n\n`));
refuseWhatIsTooHeavy(files);
await writeFile(path.join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
