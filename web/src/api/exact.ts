import { parse } from 'lossless-json';

/**
 * A number that the API calls exact: up to 12 digits before the point and 6 behind it, amounts even more.
 *
 * Whole ones that a double holds are numbers; all others stay the digits that were sent, as text. So nothing is lost on
 * the way in, and the type keeps anybody from adding two of them with `+`.
 */
export type Decimal = number | string;

function exactly(digits: string): Decimal {
  const value = Number(digits);
  return Number.isSafeInteger(value) && String(value) === digits ? value : digits;
}

/** Reads JSON without passing a number through a double that can't hold it. */
export function readJson(text: string): unknown {
  return parse(text, undefined, exactly);
}
