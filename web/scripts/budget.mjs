// Measures what the first page needs before it shows anything, without charts and fonts, which come later.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MOST_BYTES = 250_000;
const built = new URL('../../src/hikiate/console/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('manifest.json', built), 'utf8'));

function needed(names, found = new Set()) {
  for (const name of names) {
    const { file, css = [], imports = [] } = manifest[name];
    if (found.has(file)) continue;
    found.add(file);
    for (const sheet of css) found.add(sheet);
    needed(imports, found);
  }
  return found;
}

let isOver = false;
for (const page of ['overview', 'orders', 'inventories', 'allocate', 'results', 'imports']) {
  const words = Object.keys(manifest).find((name) => /^_en-/.test(name) || name === 'src/i18n/en.json');
  const files = needed(['index.html', words, `src/pages/${page}/page.tsx`]);
  const bytes = [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(new URL(file, built))).length,
    0,
  );
  // Whoever opens the console comes to the overview; the others are counted as if they came there first.
  const isFirst = page === 'overview';
  isOver ||= isFirst && bytes > MOST_BYTES;
  console.log(
    `${page.padEnd(12)} ${(bytes / 1000).toFixed(1).padStart(6)} kB gzip${isFirst ? `, at most ${MOST_BYTES / 1000}` : ''}`,
  );
}
if (isOver) {
  console.error('The first load is over its budget.');
  process.exit(1);
}
