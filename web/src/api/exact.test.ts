import { describe, expect, it } from 'vitest';
import { readJson } from './exact';

describe('reading JSON', () => {
  it('keeps every digit of what a double would not hold', () => {
    expect(readJson('{"quantity":123456789012.123456,"price":0.1,"total":123456789012345678901234}')).toEqual(
      {
        quantity: '123456789012.123456',
        price: '0.1',
        total: '123456789012345678901234',
      },
    );
  });

  it('gives whole numbers as numbers', () => {
    expect(readJson('[0, 10, -3, 999999999999, 9007199254740991]')).toEqual([
      0, 10, -3, 999999999999, 9007199254740991,
    ]);
  });

  it('leaves texts alone, whatever they look like', () => {
    expect(readJson('{"lot_number":"1.10","reference":"a \\"2.5\\" b"}')).toEqual({
      lot_number: '1.10',
      reference: 'a "2.5" b',
    });
  });
});
