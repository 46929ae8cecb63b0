import { describe, expect, it } from 'vitest';
import type { Result } from '@/api/client';
import { changesOf, extent } from './changes';

const row = (
  order_id: number,
  inventory_id: number,
  allocated_quantity: number | string,
  allocated_price: number | string = 0,
) =>
  ({ order_id, line_no: 1, inventory_id, lot_number: null, allocated_quantity, allocated_price }) as Result;

describe('a run beside its preview', () => {
  it('is the same when its rows are, however they are split', () => {
    const preview = { results: [row(1, 1, '3.0', 30), row(2, 1, 2)] };
    expect(changesOf(preview, { results: [row(2, 1, 2), row(1, 1, 1, 10), row(1, 1, 2, 20)] })).toEqual([]);
  });

  it('says what came out otherwise', () => {
    const preview = { results: [row(1, 1, 3, 30), row(2, 1, 2), row(3, 1, 1, 10)] };
    const changes = changesOf(preview, {
      results: [row(1, 1, 1, 10), row(1, 2, 2, 24), row(2, 1, 2), row(3, 1, 1, 12)],
    });
    expect(
      changes.map((change) => [change.orderId, change.lot, change.kind, String(extent(change))]),
    ).toEqual([
      [1, '#1', 'less', '2'],
      [3, '#1', 'price', '-2'],
      [1, '#2', 'more', '2'],
    ]);
  });
});
