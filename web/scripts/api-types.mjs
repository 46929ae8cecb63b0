// Writes src/api/schema.d.ts from the API's own description; with --check, tells whether it is as it should be.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const source = new URL('../../docs/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const decimal = ts.factory.createTypeReferenceNode('Decimal');

const nodes = await openapiTypes(source, {
  alphabetize: true,
  defaultNonNullable: false,
  // A binary float can't hold every number that is not an integer: see src/api/exact.ts.
  transform: (schema) => (schema.type === 'number' ? decimal : undefined),
});
const made = `// Made from docs/openapi.json by \`npm run types\`.\nimport type { Decimal } from './exact';\n\n${astToString(nodes)}`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== made) {
    console.error('web/src/api/schema.d.ts is not what docs/openapi.json says: run `make openapi`.');
    process.exit(1);
  }
} else {
  writeFileSync(target, made);
}
