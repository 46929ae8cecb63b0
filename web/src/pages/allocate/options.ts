import type { Schemas } from '@/api/client';
import type { AllocateSearch } from '@/app/search';

/** What is asked of an allocation, as the form holds it. The method and the demand stand in the address. */
export interface Options {
  costing: Schemas['Costing'] | null;
  date: string;
  inbound: boolean;
  locations: string[];
  scarcity: Schemas['Scarcity'];
  /** As the browser's field has it, in the machine's own time zone. */
  holdUntil: string;
}

export const PLAIN: Options = {
  costing: null,
  date: '',
  inbound: false,
  locations: [],
  scarcity: 'sequence',
  holdUntil: '',
};

export const DEFAULT_METHOD: Schemas['Method'] = 'FIFO';
export const COMPARED: Schemas['Method'][] = [
  'FIFO',
  'LIFO',
  'FEFO',
  'CHEAPEST',
  'FEWEST_LOTS',
  'MOVING_AVERAGE',
];

/** The most rows that the API gives with a run; so many are compared with the preview one by one. */
export const MOST_ROWS = 10_000;

type Shared = Omit<Schemas['AllocationRequest'], 'allocation_method' | 'dry_run'>;

/** Returns the request's members that all methods share. */
export function sharedBody(search: AllocateSearch, options: Options): Shared {
  return {
    costing_method: options.costing,
    order_ids: search.orders ?? null,
    item_codes: search.items ?? null,
    allocation_date: options.date || null,
    include_inbound: options.inbound,
    locations: options.locations,
    scarcity: options.scarcity,
    hold_until: options.holdUntil ? new Date(options.holdUntil).toISOString() : null,
    max_results: MOST_ROWS,
  };
}
