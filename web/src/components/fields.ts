import i18next from 'i18next';
import { Failure } from '@/api/failure';
import { isDay } from '@/format/dates';
import { readNumber } from '@/format/decimal';

/** What is wrong with a field, or null. */
export type Check = (text: string) => string | null;

export const needed: Check = (text) => (text.trim() === '' ? i18next.t('inventories.required') : null);
export const aNumber: Check = (text) =>
  readNumber(text) === null ? i18next.t('inventories.badNumber') : null;
export const aDay: Check = (text) => (isDay(text) ? null : i18next.t('inventories.badDate'));
export const aDayOrNone: Check = (text) => (text === '' ? null : aDay(text));

/** Returns what the API found wrong with each field; nothing if it was something else that failed. */
export function faultsOf(error: unknown): Record<string, string> {
  const problem = error instanceof Failure ? (error.problem as { errors?: unknown } | null) : null;
  const errors = Array.isArray(problem?.errors)
    ? (problem.errors as { pointer?: string; message: string }[])
    : [];
  return Object.fromEntries(
    errors.filter((fault) => fault.pointer).map((fault) => [String(fault.pointer).slice(1), fault.message]),
  );
}
