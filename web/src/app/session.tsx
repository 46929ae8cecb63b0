import { createContext, type ReactNode, useContext } from 'react';

/** What a caller may do; each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'admin';
const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

/** Who is signed in. */
export interface Session {
  name: string;
  /** Null: signed in, but allowed nothing. */
  role: Role | null;
  /** Nobody signs in here: whoever is at this machine is an admin. */
  open: boolean;
  token(): Promise<string | null>;
  /** Goes to the issuer and comes back to where it was. */
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** Calls back when the time of the token is over. */
  onExpired(callback: () => void): () => void;
}

export const LOCAL: Session = {
  name: 'local',
  role: 'admin',
  open: true,
  token: async () => null,
  signIn: async () => undefined,
  signOut: async () => undefined,
  onExpired: () => () => undefined,
};

const SessionContext = createContext<Session>(LOCAL);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export const useSession = () => useContext(SessionContext);

/** Tells whether whoever is signed in may do what takes a role. The API decides; this only hides what it would refuse. */
export function useMay(role: Role): boolean {
  return mayDo(useSession().role, role);
}

export function mayDo(has: Role | null, needed: Role): boolean {
  return has !== null && ROLES.indexOf(has) >= ROLES.indexOf(needed);
}

/** Reads the highest role from the claims of an access token, as the API does. */
export function roleOf(claims: Record<string, unknown>): Role | null {
  const names = new Set<unknown>([
    ...namesIn(claims['cognito:groups']),
    ...namesIn(claims.roles),
    ...namesIn(claims.scope)
      .filter((name) => name.startsWith('hikiate/'))
      .map((name) => name.slice('hikiate/'.length)),
  ]);
  return ROLES.filter((role) => names.has(role)).at(-1) ?? null;
}

function namesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(/\s+/);
  return Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : [];
}

/** Reads the claims of a token, without checking them: that is the API's work. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const part = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
