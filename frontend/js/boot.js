// Runs before the first paint, so that a choice kept in this browser never flashes: theme, privacy, density, rail.
const root = document.documentElement;
const kept = (name) => {
  try {
    return localStorage.getItem(`farthing.${name}`);
  } catch {
    return null; // storage may be refused; the page works without
  }
};
for (const name of ["theme", "privacy", "density", "rail"]) {
  const value = kept(name);
  if (value) root.dataset[name] = value;
}
