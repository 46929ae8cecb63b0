import type { Decimal } from '@/api/exact';
import { currencyPlaces } from '@/app/config';

// Digits as text are formatted exactly; the type of the library says so only for literals.
type Formattable = Parameters<Intl.NumberFormat['format']>[0];

// English and Japanese write numbers alike.
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 20 });
const rate = new Intl.NumberFormat('en', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

/** Writes a quantity with separators, and with as many places as it has. */
export function quantity(number: Decimal): string {
  return plain.format(number as Formattable);
}

/** Writes an amount with the places of the currency, and more where it has more. */
export function amount(number: Decimal): string {
  return new Intl.NumberFormat('en', {
    minimumFractionDigits: currencyPlaces(),
    maximumFractionDigits: 20,
  }).format(number as Formattable);
}

/** Writes a share as a percentage; none is a dash. Short of all is never written as all. */
export function percent(share: Decimal | null): string {
  if (share === null) return '–';
  const written = rate.format(share as Formattable);
  return written === '100.0%' && Number(share) < 1 ? '99.9%' : written.replace('100.0%', '100%');
}
