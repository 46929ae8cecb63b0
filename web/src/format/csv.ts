import Papa from 'papaparse';

// What a spreadsheet would take for a formula.
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** Writes rows as CSV that is safe to open in a spreadsheet. */
export function safeCsv(columns: readonly string[], rows: Record<string, unknown>[]): string {
  return Papa.unparse(
    { fields: [...columns], data: rows.map((row) => columns.map((column) => safe(row[column]))) },
    { newline: '\r\n' },
  );
}

function safe(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Hands a file to whoever asked for it. */
export function saveFile(name: string, content: BlobPart[], type = 'text/csv;charset=utf-8'): void {
  const address = URL.createObjectURL(new Blob(content, { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
