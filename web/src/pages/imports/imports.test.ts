import { describe, expect, it } from 'vitest';
import openapi from '../../../../docs/openapi.json';
import { COLUMNS, guess } from './columns';
import { faultsByPlace, mapped, readSheet, withSkipped, written } from './sheet';

const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
const fault = (row: number) => ({ row, column: 'quantity', value: 'x', code: 'number', message: '' });

describe('the columns of a file', () => {
  it.each([
    ['orders', openapi.components.schemas.OrderInShort],
    ['inventories', openapi.components.schemas.InventoryRequest],
  ] as const)('of %s are those of the API', (kind, schema) => {
    expect(COLUMNS[kind].map(({ name }) => name).sort()).toEqual(Object.keys(schema.properties).sort());
    const needed = COLUMNS[kind].filter((column) => column.needed).map(({ name }) => name as string);
    for (const name of schema.required) expect(needed).toContain(name);
  });

  it('are matched by the API’s names and the words of both languages', () => {
    expect(guess('orders', ['数量', 'Item Code', 'REFERENCE', 'remark'])).toEqual({
      quantity: 0,
      item_code: 1,
      reference: 2,
    });
  });
});

describe('a file', () => {
  const text = 'reference,item_code,quantity\nA,tea,1\nA,"a, b",2\n\nB,tea,x\n';

  it('is read, blank lines aside, and written again as the API reads it', async () => {
    const sheet = readSheet('orders.csv', bytes(`\ufeff${text}`));
    expect(sheet.header).toEqual(['reference', 'item_code', 'quantity']);
    const rows = mapped(sheet, guess('orders', sheet.header));
    expect(rows.map(({ number }) => number)).toEqual([2, 3, 4]);
    expect(await written(COLUMNS.orders, rows).text()).toBe(
      'reference,item_code,quantity\nA,tea,1\nA,"a, b",2\nB,tea,x',
    );
  });

  it('is read in Shift_JIS where it is not UTF-8', () => {
    const sheet = readSheet('x.csv', new Uint8Array([0x8f, 0xa4, 0x95, 0x69, 0x0a, 0x92, 0x83]).buffer);
    expect(sheet).toMatchObject({ encoding: 'shift_jis', header: ['商品'], records: [['茶']] });
  });

  it('has its faults at the rows they are of, whatever was skipped', () => {
    const sheet = readSheet('orders.csv', bytes(text));
    const rows = mapped(sheet, guess('orders', sheet.header));
    expect([...faultsByPlace(rows, [fault(4)]).keys()]).toEqual([2]);
    const fewer = withSkipped('orders', rows, new Set([0]), true);
    expect(fewer.map((row) => row.skipped)).toEqual([true, true, false]);
    expect([...faultsByPlace(fewer, [fault(2)]).keys()]).toEqual([2]);
  });

  it('skips single rows of lots, and rows without a reference', () => {
    const rows = [1, 2].map((number) => ({ number, cells: { reference: '' }, skipped: false }));
    expect(withSkipped('orders', rows, new Set([0]), true).map((row) => row.skipped)).toEqual([true, false]);
  });
});
