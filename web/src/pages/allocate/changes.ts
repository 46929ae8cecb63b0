import type { Run } from '@/api/client';
import type { Decimal } from '@/api/exact';
import { compare, minus, sum } from '@/format/decimal';

/** A row that came out otherwise than previewed. Quantities are what the run gave more or less. */
export interface Change {
  orderId: number;
  lineNo: number;
  lot: string;
  kind: 'more' | 'less' | 'price';
  before: Decimal;
  after: Decimal;
}

interface Given {
  orderId: number;
  lineNo: number;
  lot: string;
  quantity: Decimal;
  price: Decimal;
}

/** Returns in what a run differs from its preview, row by row, in the order of the preview. */
export function changesOf(preview: Pick<Run, 'results'>, run: Pick<Run, 'results'>): Change[] {
  const before = byLineAndLot(preview);
  const after = byLineAndLot(run);
  const changes: Change[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(key);
    const is = after.get(key);
    const { orderId, lineNo, lot } = (is ?? was) as Given;
    const quantities: [Decimal, Decimal] = [was?.quantity ?? 0, is?.quantity ?? 0];
    const difference = compare(quantities[1], quantities[0]);
    if (difference !== 0) {
      const kind = difference > 0 ? 'more' : 'less';
      changes.push({ orderId, lineNo, lot, kind, before: quantities[0], after: quantities[1] });
    } else if (was && is && compare(was.price, is.price) !== 0) {
      changes.push({ orderId, lineNo, lot, kind: 'price', before: was.price, after: is.price });
    }
  }
  return changes;
}

/** Returns by how much a quantity changed, as a positive number. */
export function extent(change: Change): Decimal {
  return change.kind === 'more' ? minus(change.after, change.before) : minus(change.before, change.after);
}

function byLineAndLot(run: Pick<Run, 'results'>): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const row of run.results) {
    const key = `${row.order_id}/${row.line_no}/${row.inventory_id}`;
    const known = given.get(key);
    // Rows that were split since then are one row of the preview.
    given.set(key, {
      orderId: row.order_id,
      lineNo: row.line_no,
      lot: row.lot_number ?? `#${row.inventory_id}`,
      quantity: sum([known?.quantity ?? 0, row.allocated_quantity]),
      price: sum([known?.price ?? 0, row.allocated_price]),
    });
  }
  return given;
}
