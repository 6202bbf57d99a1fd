/** What a fault says about one part of the request. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** A request that is answered with an error; the service decides how it looks on the wire. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;
  /** Set only where a service gives away its stack on purpose. */
  readonly stackTrace: string | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    details: {
      readonly fields?: readonly FieldProblem[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly stackTrace?: string;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = details.fields ?? [];
    this.headers = details.headers ?? {};
    this.stackTrace = details.stackTrace;
  }
}
