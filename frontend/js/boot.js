// Runs before the first paint, so that what is kept in this browser never flashes: the rail, and tastes that the server does not know yet.
const root = document.documentElement;
const kept = (name) => {
  try {
    return localStorage.getItem(`farthing.${name}`);
  } catch {
    return null; // storage may be refused; the page works without
  }
};
for (const name of ["privacy", "density", "rail"]) {
  const value = kept(name);
  if (value) root.dataset[name] = value;
}
