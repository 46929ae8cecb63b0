import Big from 'big.js';
import type { Decimal } from '@/api/exact';

/** Adds exactly. */
export function sum(numbers: Iterable<Decimal>): Decimal {
  let total = new Big(0);
  for (const number of numbers) total = total.plus(number);
  return total.toFixed();
}

/** Subtracts exactly. */
export function minus(from: Decimal, what: Decimal): Decimal {
  return new Big(from).minus(what).toFixed();
}

/** Returns a negative number, 0 or a positive one, as `a` is below, at or above `b`. */
export function compare(a: Decimal, b: Decimal): number {
  return new Big(a).cmp(b);
}

/** Tells whether there is something: more than nothing. */
export function isPositive(number: Decimal): boolean {
  return new Big(number).gt(0);
}

/** Returns a share between 0 and 1 for a bar or a chart, where a double is good enough; 0 of nothing is 0. */
export function share(part: Decimal, whole: Decimal): number {
  const all = new Big(whole);
  return all.eq(0) ? 0 : Math.min(1, Math.max(0, new Big(part).div(all).toNumber()));
}

/** Returns a double for a chart. */
export function forChart(number: Decimal): number {
  return Number(number);
}

/** Returns the opposite, as it is sent. */
export function opposite(number: Decimal): string {
  return new Big(number).neg().toFixed();
}

const NUMBER = /^-?\d{1,12}(\.\d{1,6})?$/;

/** Reads what a person typed, with separators or full-width digits; null where it is no number that the API takes. */
export function readNumber(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[,\s]/g, '');
  return NUMBER.test(plain) ? plain : null;
}
