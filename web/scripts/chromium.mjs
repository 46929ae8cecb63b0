// Unpacks the browser of the tests once, below node_modules, and prints where it is.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.chromium', import.meta.url));
mkdirSync(folder, { recursive: true });
process.env.TMPDIR = folder;
// Makes the package unpack the libraries too, for machines that lack them.
process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs20.x';
const { default: chromium } = await import('@sparticuz/chromium');
console.log(await chromium.executablePath());
