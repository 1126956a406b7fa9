// What the server answers when it does not do what was asked, in the words it chose.

interface Envelope {
  error?: { message?: string; code?: string | null; type?: string; param?: string | null };
}

export class ApiProblem extends Error {
  override name = 'ApiProblem';

  constructor(
    message: string,
    readonly status: number,
    readonly code: string | null = null,
    readonly param: string | null = null,
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** No answer at all: the server is away, or the network is. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }

  static async of(answer: Response): Promise<ApiProblem> {
    const text = await answer.text().catch(() => '');
    let envelope: Envelope = {};
    try {
      envelope = JSON.parse(text) as Envelope;
    } catch {
      // a proxy in between answers in its own way
    }
    const error = envelope.error ?? {};
    const wait = Number(answer.headers.get('retry-after'));
    return new ApiProblem(
      error.message ?? `The server answered ${answer.status} without saying why.`,
      answer.status,
      error.code ?? null,
      error.param ?? null,
      answer.headers.get('x-request-id'),
      Number.isFinite(wait) && wait > 0 ? wait : null,
    );
  }

  static unreachable(): ApiProblem {
    return new ApiProblem('', 0, 'unreachable');
  }
}

export function problemOf(error: unknown): ApiProblem {
  return error instanceof ApiProblem
    ? error
    : new ApiProblem(error instanceof Error ? error.message : String(error), -1, 'console_error');
}
