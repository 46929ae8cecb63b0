import { afterEach, describe, expect, it, vi } from 'vitest';
import { configure } from '@/app/config';
import { safeCsv } from './csv';
import { daysBetween, instant, isDay, plusDays, today } from './dates';
import { compare, isPositive, minus, opposite, readNumber, share, sum } from './decimal';
import { amount, percent, quantity } from './numbers';

afterEach(() => {
  configure({});
  vi.useRealTimers();
});

describe('quantities', () => {
  it('have separators, and all their places', () => {
    expect(quantity(1234567)).toBe('1,234,567');
    expect(quantity('123456789012.123456')).toBe('123,456,789,012.123456');
    expect(quantity('0.000001')).toBe('0.000001');
  });

  it('are added and subtracted exactly', () => {
    expect(sum(['0.1', '0.2', 123456789012])).toBe('123456789012.3');
    expect(minus('1', '0.000001')).toBe('0.999999');
    expect(opposite('2.50')).toBe('-2.5');
    expect(opposite(-3)).toBe('3');
  });

  it('are compared as numbers', () => {
    expect(compare('10', 9)).toBeGreaterThan(0);
    expect(compare('1.0', 1)).toBe(0);
    expect(isPositive('0.000001')).toBe(true);
    expect(isPositive(0)).toBe(false);
  });

  it('are a share of the whole for a bar', () => {
    expect(share(1, 4)).toBe(0.25);
    expect(share(5, 0)).toBe(0);
    expect(share(5, 4)).toBe(1);
  });
});

describe('a number that a person types', () => {
  it.each([
    ['1,234.5', '1234.5'],
    ['１２．５', '12.5'],
    [' -2 ', '-2'],
    ['0.000001', '0.000001'],
  ])('%s is read', (text, read) => {
    expect(readNumber(text)).toBe(read);
  });

  it.each(['', 'ten', '1.0000001', '1e3', '1234567890123', '1.2.3', '--1'])('%s is refused', (text) => {
    expect(readNumber(text)).toBeNull();
  });
});

describe('amounts', () => {
  it('have the places of the currency', () => {
    expect(amount(1600)).toBe('1,600.00');
    configure({ currency_places: 0 });
    expect(amount(1600)).toBe('1,600');
  });

  it('never lose places that are there', () => {
    expect(amount('0.125')).toBe('0.125');
  });
});

describe('rates', () => {
  it('are percentages with one place', () => {
    expect(percent('0.916')).toBe('91.6%');
    expect(percent(1)).toBe('100%');
    expect(percent(null)).toBe('–');
  });

  it('never call all what is short of it', () => {
    expect(percent('0.999999')).toBe('99.9%');
  });
});

describe('dates', () => {
  it('are those of the server’s time zone', () => {
    vi.useFakeTimers({ now: new Date('2026-03-31T20:00:00Z') });
    expect(today()).toBe('2026-03-31');
    configure({ time_zone: 'Asia/Tokyo' });
    expect(today()).toBe('2026-04-01');
    expect(instant('2026-03-31T20:05:59Z')).toBe('2026-04-01 05:05');
  });

  it('count days over months and leap days', () => {
    expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(plusDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('must exist', () => {
    expect(isDay('2028-02-29')).toBe(true);
    for (const text of ['2026-02-29', '2026-2-1', 'today', '', 20260401]) expect(isDay(text)).toBe(false);
  });
});

describe('a CSV', () => {
  it('is safe to open in a spreadsheet', () => {
    expect(
      safeCsv(['item_code', 'change', 'note'], [{ item_code: '=1+1', change: '-2.5', note: null }]),
    ).toBe("item_code,change,note\r\n'=1+1,-2.5,");
  });

  it('quotes what has commas', () => {
    expect(safeCsv(['customer'], [{ customer: 'A, B "C"' }])).toBe('customer\r\n"A, B ""C"""');
  });
});
