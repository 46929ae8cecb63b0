import type { Schemas } from '@/api/client';
import { isDay } from '@/format/dates';

/** What an address says behind the `?`; whatever is not understood is left out, never an error. */
type Given = Record<string, unknown>;

export const ORDER_STATUSES = ['open', 'partially_allocated', 'allocated', 'shipped', 'cancelled'] as const;
export const RESULT_STATUSES = ['allocated', 'released', 'shipped'] as const;
export const METHODS = [
  'FIFO',
  'LIFO',
  'FEFO',
  'CHEAPEST',
  'DEAREST',
  'LOCATION',
  'FEWEST_LOTS',
  'SPECIFIC',
  'AVERAGE',
  'TOTAL_AVERAGE',
  'MOVING_AVERAGE',
] as const satisfies readonly Schemas['Method'][];
export const COSTINGS = ['LOT', 'AVERAGE', 'TOTAL_AVERAGE', 'MOVING_AVERAGE'] as const;

export interface OrderSearch {
  status?: Schemas['OrderStatus'];
  item_code?: string;
  reference?: string;
  short?: boolean;
  requested_before?: string;
  created_on?: string;
  sort?: Schemas['OrderSort'];
  /** The place in the list: the cursor of the first page shown. */
  from?: string;
  /** The order that is open beside the list. */
  order?: number;
}

export interface InventorySearch {
  item_code?: string;
  lot_number?: string;
  location?: string;
  available?: boolean;
  on_hand?: boolean;
  expires_before?: string;
  received_before?: string;
  received_since?: string;
  sort?: Schemas['InventorySort'];
  from?: string;
  lot?: number;
}

export interface ResultSearch {
  view?: 'runs' | 'results';
  run_id?: number;
  order_id?: number;
  inventory_id?: number;
  item_code?: string;
  lot_number?: string;
  status?: Schemas['ResultStatus'];
  from?: string;
  /** The run that is open beside the list. */
  run?: number;
}

export interface AllocateSearch {
  method?: Schemas['Method'];
  /** Limits the demand to these orders. */
  orders?: number[];
  /** Limits the demand to these items. */
  items?: string[];
  /** The run whose progress and outcome are shown. */
  run?: number;
}

export interface ImportSearch {
  kind?: Schemas['ImportKind'];
}

export const orderSearch = (given: Given): OrderSearch =>
  without({
    status: oneOf(ORDER_STATUSES, given.status),
    item_code: text(given.item_code),
    reference: text(given.reference),
    short: flag(given.short),
    requested_before: day(given.requested_before),
    created_on: day(given.created_on),
    sort: given.sort === 'demand' ? 'demand' : undefined,
    from: text(given.from),
    order: id(given.order),
  });

export const inventorySearch = (given: Given): InventorySearch =>
  without({
    item_code: text(given.item_code),
    lot_number: text(given.lot_number),
    location: text(given.location),
    available: flag(given.available),
    on_hand: flag(given.on_hand),
    expires_before: day(given.expires_before),
    received_before: day(given.received_before),
    received_since: day(given.received_since),
    sort: given.sort === 'expiry' ? 'expiry' : undefined,
    from: text(given.from),
    lot: id(given.lot),
  });

export const resultSearch = (given: Given): ResultSearch =>
  without({
    view: oneOf(['runs', 'results'] as const, given.view),
    run_id: id(given.run_id),
    order_id: id(given.order_id),
    inventory_id: id(given.inventory_id),
    item_code: text(given.item_code),
    lot_number: text(given.lot_number),
    status: oneOf(RESULT_STATUSES, given.status),
    from: text(given.from),
    run: id(given.run),
  });

export const allocateSearch = (given: Given): AllocateSearch =>
  without({
    method: oneOf(METHODS, given.method),
    orders: listOf(id, given.orders),
    items: listOf(text, given.items),
    run: id(given.run),
  });

export const importSearch = (given: Given): ImportSearch =>
  without({ kind: oneOf(['orders', 'inventories'] as const, given.kind) });

/** Leaves out what says nothing, so that an address says only what differs from the plain list. */
export function without<T extends object>(search: T): T {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  ) as T;
}

/** Returns the filters of a search, without the place in the list and what is open beside it: what the API is asked. */
export function filtersOf<
  T extends { from?: string; order?: number; lot?: number; run?: number; view?: string },
>(search: T): Omit<T, 'from' | 'order' | 'lot' | 'run' | 'view'> {
  const { from, order, lot, run, view, ...filters } = search;
  return filters;
}

function text(value: unknown): string | undefined {
  // A code of digits only stands in the address as a number.
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function day(value: unknown): string | undefined {
  return isDay(value) ? value : undefined;
}

function id(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

function listOf<T>(read: (value: unknown) => T | undefined, values: unknown): T[] | undefined {
  if (!Array.isArray(values)) return undefined;
  const known = values.map(read).filter((value): value is T => value !== undefined);
  return known.length > 0 ? known : undefined;
}
