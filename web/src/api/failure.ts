import { readJson } from './exact';
import type { components } from './schema';

type Problem = components['schemas']['Problem'];
export type ImportProblem = components['schemas']['ImportProblem'];

/** Why a request came to nothing, in the API's words where it had any. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    /** The end of the problem's type, like `below-allocated`; `unreachable` where nobody answered. */
    readonly code: string,
    readonly detail: string,
    readonly requestId: string | null,
    readonly problem: unknown = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }

  /** Nobody answered. */
  static unreachable(): Failure {
    return new Failure(0, 'unreachable', '', null);
  }

  /** Whether the same request may do better in a moment. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

/** Reads what an answer that is not 2xx says. */
export function failureOf(response: Response, text: string): Failure {
  const given = response.headers.get('X-Request-Id');
  const wait = Number(response.headers.get('Retry-After')) || null;
  try {
    const problem = readJson(text) as Problem;
    const code = problem.type.slice(problem.type.lastIndexOf('/') + 1);
    return new Failure(response.status, code, problem.detail, problem.instance ?? given, problem, wait);
  } catch {
    return new Failure(
      response.status,
      'unexpected',
      `${response.status} ${response.statusText}`,
      given,
      null,
      wait,
    );
  }
}
