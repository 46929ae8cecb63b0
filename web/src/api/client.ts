import createClient, { type Middleware } from 'openapi-fetch';
import { readJson } from './exact';
import { Failure, failureOf } from './failure';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Order = Schemas['OrderResponse'];
export type OrderLine = Schemas['OrderLineResponse'];
export type Lot = Schemas['InventoryResponse'];
export type Run = Schemas['AllocationRunResponse'];
export type Result = Schemas['AllocationResultResponse'];
export type Shortage = Schemas['ShortageResponse'];
export type Method = Schemas['Method'];

/** One page of a list. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** What requests need to know of who is signed in. */
export interface Access {
  token(): Promise<string | null>;
  refused(): void;
}

let base = '';
let access: Access = { token: async () => null, refused: () => undefined };

/** Says where the API is, and who asks; called once, before anything is asked. */
export function connect(address: string, who: Access): void {
  base = address;
  access = who;
}

/** Returns where a path of the API is. */
export function address(path: string): string {
  return new URL(base + path, document.baseURI).href;
}

/** Returns the headers that say who asks. */
export async function signedHeaders(): Promise<Record<string, string>> {
  const token = await access.token();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/** Sends a request as whoever is signed in; what is not 2xx becomes a Failure. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  return checked(await signed(new Request(address(path), init)));
}

async function signed(request: Request): Promise<Response> {
  for (const [name, value] of Object.entries(await signedHeaders())) request.headers.set(name, value);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw Failure.unreachable();
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  if (response.status === 401) access.refused();
  throw failureOf(response, await response.text());
}

const exactly: Middleware = {
  async onResponse({ response }) {
    const text = await (await checked(response)).text();
    const headers = new Headers(response.headers);
    // The client asks for `json` only where the length is known; what is decoded on the way loses it.
    headers.set('Content-Length', String(text.length));
    const exact = new Response(text, { status: response.status, headers });
    exact.json = async () => readJson(text);
    return exact;
  },
};

const client = createClient<paths>({
  // Read when a request is made: the address is known only after the settings are.
  fetch: (request) => signed(request),
  querySerializer: { array: { style: 'form', explode: true } },
});
client.use(exactly, {
  onRequest({ request }) {
    return base === '' ? undefined : new Request(request.url.replace(location.origin, base), request);
  },
});

/** The API; every answer that comes back is a good one. */
export const api = client;

/** Takes the content out of an answer. */
export async function content<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  return data as T;
}
