import Papa from 'papaparse';
import type { Kind, Report } from '@/api/importing';
import type { Column, ColumnName, Mapping } from './columns';

/** A file as it was read. */
export interface Sheet {
  name: string;
  encoding: 'utf-8' | 'shift_jis';
  header: string[];
  records: string[][];
}

/** A row on its way in. */
export interface Row {
  /** Where it stands in the file; the header is row 1. */
  number: number;
  cells: Partial<Record<ColumnName, string>>;
  skipped: boolean;
}

export type Fault = Report['errors'][number];

/** Takes a file apart. Text that is not UTF-8 is what spreadsheets in Japan write. */
export function readSheet(name: string, bytes: ArrayBuffer): Sheet {
  const { text, encoding } = decoded(bytes);
  const { data } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const [header = [], ...records] = data;
  return { name, encoding, header: header.map((cell) => cell.trim()), records };
}

function decoded(bytes: ArrayBuffer): { text: string; encoding: Sheet['encoding'] } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('shift_jis').decode(bytes), encoding: 'shift_jis' };
  }
}

/** Returns the rows with the cells of the columns that are matched. */
export function mapped(sheet: Sheet, mapping: Mapping): Row[] {
  const places = Object.entries(mapping) as [ColumnName, number][];
  return sheet.records.map((record, place) => ({
    number: place + 2,
    cells: Object.fromEntries(places.map(([name, from]) => [name, (record[from] ?? '').trim()])),
    skipped: false,
  }));
}

/** Writes the rows that are not skipped, as the API reads them. */
export function written(columns: readonly Column[], rows: readonly Row[]): Blob {
  const used = columns
    .map(({ name }) => name)
    .filter((name) => rows.some((row) => row.cells[name] !== undefined));
  const text = Papa.unparse(
    {
      fields: used,
      data: rows.filter((row) => !row.skipped).map((row) => used.map((name) => row.cells[name] ?? '')),
    },
    { newline: '\n' },
  );
  return new Blob([text], { type: 'text/csv' });
}

/** Returns the faults of a report by the place of their rows, which were counted without the skipped ones. */
export function faultsByPlace(rows: readonly Row[], faults: readonly Fault[]): Map<number, Fault[]> {
  const sent = rows.flatMap((row, place) => (row.skipped ? [] : [place]));
  const found = new Map<number, Fault[]>();
  for (const fault of faults) {
    const place = sent[fault.row - 2];
    if (place !== undefined) found.set(place, [...(found.get(place) ?? []), fault]);
  }
  return found;
}

/** Skips rows, or takes them again: always whole orders, since an order with a line missing is another order. */
export function withSkipped(
  kind: Kind,
  rows: readonly Row[],
  places: ReadonlySet<number>,
  skipped: boolean,
): Row[] {
  const references = new Set(
    kind === 'orders' ? [...places].map((place) => rows[place]?.cells.reference).filter(Boolean) : [],
  );
  return rows.map((row, place) =>
    places.has(place) || references.has(row.cells.reference) ? { ...row, skipped } : row,
  );
}
