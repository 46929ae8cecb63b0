import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import openapi from '../../../docs/openapi.json';
import {
  allocateSearch,
  filtersOf,
  importSearch,
  inventorySearch,
  METHODS,
  orderSearch,
  resultSearch,
  without,
} from './search';

/** What an address gives back of what was put into it. */
const through = <T extends object>(read: (given: Record<string, unknown>) => T, search: T): T =>
  read(defaultParseSearch(defaultStringifySearch(search)) as Record<string, unknown>);

describe('filters in the address', () => {
  it('come back as they were', () => {
    const orders = {
      status: 'open',
      item_code: '007',
      reference: '12345',
      short: false,
      requested_before: '2026-04-01',
      created_on: '2026-03-01',
      sort: 'demand',
      from: 'WyIvb3JkZXJzIl0',
      order: 7,
    } as const;
    expect(through(orderSearch, orders)).toEqual(orders);
    const lots = {
      item_code: 'お茶 & "more"',
      lot_number: 'true',
      location: 'A/1?#',
      available: true,
      on_hand: true,
      expires_before: '2026-04-01',
      received_before: '2026-04-02',
      received_since: '2026-04-03',
      sort: 'expiry',
      from: 'x',
      lot: 1,
    } as const;
    expect(through(inventorySearch, lots)).toEqual(lots);
    const results = {
      view: 'results',
      run_id: 1,
      order_id: 2,
      inventory_id: 3,
      item_code: 'null',
      status: 'shipped',
    } as const;
    expect(through(resultSearch, results)).toEqual(results);
    const allocate = { method: 'FEFO', orders: [3, 4], items: ['1e3', 'b'], run: 9 } as const;
    expect(through(allocateSearch, { ...allocate, orders: [3, 4], items: ['1e3', 'b'] })).toEqual(allocate);
    expect(through(importSearch, { kind: 'inventories' })).toEqual({ kind: 'inventories' });
  });

  it('leave out what is not understood', () => {
    expect(
      orderSearch({
        status: 'lost',
        short: 'maybe',
        requested_before: '2026-02-30',
        sort: 'x',
        order: -1,
        other: 1,
      }),
    ).toEqual({});
    expect(allocateSearch({ method: 'GUESS', orders: ['x', 0], items: 'a', run: 1.5 })).toEqual({});
    expect(resultSearch({ view: 'all', run_id: 'abc' })).toEqual({});
  });

  it('take codes of digits that were typed into the address', () => {
    expect(orderSearch(defaultParseSearch('?item_code=4901&order=12') as Record<string, unknown>)).toEqual({
      item_code: '4901',
      order: 12,
    });
  });

  it('ask the API only for what it knows', () => {
    const known = (path: keyof typeof openapi.paths) =>
      new Set(
        (openapi.paths[path] as { get: { parameters: { name: string }[] } }).get.parameters.map(
          ({ name }) => name,
        ),
      );
    const every = {
      status: 'open',
      item_code: 'a',
      reference: 'b',
      short: true,
      requested_before: '2026-01-01',
    };
    const orders = filtersOf(
      orderSearch({ ...every, created_on: '2026-01-01', sort: 'demand', from: 'x', order: 1 }),
    );
    for (const name of Object.keys(orders)) expect(known('/orders')).toContain(name);
    const lots = filtersOf(
      inventorySearch({
        item_code: 'a',
        lot_number: 'b',
        location: 'c',
        available: true,
        on_hand: true,
        expires_before: '2026-01-01',
        received_before: '2026-01-01',
        received_since: '2026-01-01',
        sort: 'expiry',
        from: 'x',
        lot: 1,
      }),
    );
    for (const name of Object.keys(lots)) expect(known('/inventories')).toContain(name);
    const results = filtersOf(
      resultSearch({
        view: 'runs',
        run_id: 1,
        order_id: 1,
        inventory_id: 1,
        item_code: 'a',
        lot_number: 'b',
        status: 'shipped',
        run: 2,
      }),
    );
    for (const name of Object.keys(results)) expect(known('/allocation-results')).toContain(name);
    expect([...METHODS].sort()).toEqual([...openapi.components.schemas.Method.enum].sort());
  });

  it('say only what differs from the plain list', () => {
    expect(without({ status: undefined, reference: '', short: false })).toEqual({ short: false });
  });
});
