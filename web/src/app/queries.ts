import { QueryClient } from '@tanstack/react-query';
import { Failure } from '@/api/failure';

const WAITS_MILLISECONDS = [500, 1000, 2000, 4000];

/** Whether to ask again: only where the same question may be answered in a moment. */
export function asksAgain(times: number, error: unknown): boolean {
  return error instanceof Failure && error.passes && times < WAITS_MILLISECONDS.length;
}

/** How long to wait before that. */
export function waitBefore(times: number, error: unknown): number {
  const asked = error instanceof Failure ? error.retryAfterSeconds : null;
  return asked !== null ? asked * 1000 : (WAITS_MILLISECONDS[times] ?? 5000);
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: asksAgain,
      retryDelay: waitBefore,
      staleTime: 5_000,
      // Another person's allocation should be seen when coming back to the window.
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Forgets everything that a change of stock or orders may have changed. */
export async function stockChanged(): Promise<void> {
  await queries.invalidateQueries();
}
