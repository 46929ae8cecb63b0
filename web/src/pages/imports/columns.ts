import type { Kind } from '@/api/importing';
import en from '@/i18n/en.json';
import ja from '@/i18n/ja.json';

export type ColumnName = keyof typeof en.importColumn;

/** A column that a file may have; the needed ones come first. */
export interface Column {
  name: ColumnName;
  needed: boolean;
  /** What the template shows. */
  example: string;
}

const column = (name: ColumnName, example: string, needed = false): Column => ({ name, needed, example });

export const COLUMNS: Record<Kind, Column[]> = {
  inventories: [
    column('item_code', 'TEA-1KG', true),
    column('quantity', '24', true),
    column('receipt_date', '2026-04-01', true),
    column('unit_price', '780', true),
    column('lot_number', 'L-0401'),
    column('location', 'A-01'),
    column('expiration_date', '2027-03-31'),
    column('reference', 'RCV-1001'),
  ],
  orders: [
    column('reference', 'SO-1001', true),
    column('item_code', 'TEA-1KG', true),
    column('quantity', '6', true),
    column('customer', 'Komorebi'),
    column('priority', '0'),
    column('requested_date', '2026-04-10'),
    column('fulfilment', 'partial'),
    column('inventory_id', ''),
    column('lot_number', ''),
    column('location', ''),
    column('min_remaining_days', '30'),
    column('single_lot', 'no'),
    column('no_date_reversal', 'no'),
  ],
};

/** Which column of the file each column of ours is read from. */
export type Mapping = Partial<Record<ColumnName, number>>;

const plain = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-.・（）()]/g, '');

/** Matches columns by their names: the API's, or the words of either language. */
export function guess(kind: Kind, header: readonly string[]): Mapping {
  const names = header.map(plain);
  const mapping: Mapping = {};
  for (const { name } of COLUMNS[kind]) {
    const known = [name, en.importColumn[name], ja.importColumn[name]].map(plain);
    const place = names.findIndex((given) => known.includes(given));
    if (place >= 0) mapping[name] = place;
  }
  return mapping;
}
