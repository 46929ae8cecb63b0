/** What the server tells the console when it starts: `config.json`, beside the page. */
export interface Config {
  version: string;
  /** Where the API is; empty: where the page is. */
  api: string;
  /** Null: nobody signs in. */
  issuer: string | null;
  client_id: string;
  scope: string;
  currency_places: number;
  time_zone: string;
}

const DEFAULTS: Config = {
  version: '',
  api: '',
  issuer: null,
  client_id: 'hikiate',
  scope: 'openid',
  currency_places: 2,
  time_zone: 'UTC',
};

let current = DEFAULTS;

/** Sets what the console goes by; what is left out is the default. */
export function configure(given: Partial<Config>): Config {
  current = { ...DEFAULTS, ...given };
  return current;
}

/** Reads the settings that lie beside the page. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch(new URL('config.json', document.baseURI), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return configure((await response.json()) as Partial<Config>);
}

export const currencyPlaces = () => current.currency_places;
export const timeZone = () => current.time_zone;
