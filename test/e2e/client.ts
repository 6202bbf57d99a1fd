import { expect } from 'vitest';

export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

// What a test reads from it, it names and compares: types would say everything twice.
// oxlint-disable-next-line typescript/no-explicit-any
export type Data = any;

export interface Answer {
  readonly status: number;
  readonly data?: Data;
  readonly errors?: readonly GraphqlError[];
}

export interface AskOptions {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Client {
  /** One operation over POST. Every answer is searched for what a client must not see. */
  ask(query: string, options?: AskOptions): Promise<Answer>;
  /** The data of an answer that must have no errors. */
  data(query: string, options?: AskOptions): Promise<Data>;
  /** The results of a subscription over server-sent events, until it is left. */
  subscribe(query: string, options?: AskOptions): AsyncGenerator<Omit<Answer, 'status'>, void, undefined>;
}

/** Addresses, stack frames, files and the words that the demo's careless backends say about themselves. */
const INTERNALS =
  /\b(?:127\.0\.0\.1|localhost|10\.0\.0\.\d+)\b|:\d{4,5}\b|\bat .*:\d+:\d+|\bnode:|node_modules|\.ts\b|\.sqlite|jdbc:|NullPointer|disk I\/O|ECONN|stack/i;

function expectNoInternals(errors: readonly GraphqlError[] | undefined): void {
  for (const error of errors ?? []) expect(JSON.stringify(error)).not.toMatch(INTERNALS);
}

export function startClient(url: string): Client {
  const post = (query: string, accept: string, { variables, headers, signal }: AskOptions) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...headers },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });

  async function ask(query: string, options: AskOptions = {}): Promise<Answer> {
    const response = await post(query, 'application/json', options);
    const body = (await response.json()) as Omit<Answer, 'status'>;
    expectNoInternals(body.errors);
    return { status: response.status, ...body };
  }

  return {
    ask,
    async data(query, options) {
      const { data, errors } = await ask(query, options);
      expect(errors).toBeUndefined();
      return data;
    },
    async *subscribe(query, options = {}) {
      const response = await post(query, 'text/event-stream', options);
      expect(response.headers.get('content-type')).toMatch('text/event-stream');
      let text = '';
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) {
          const data = /^event: next\ndata: (.*)$/m.exec(block)?.[1];
          if (data === undefined) continue;
          const result = JSON.parse(data) as Omit<Answer, 'status'>;
          expectNoInternals(result.errors);
          yield result;
        }
      }
    },
  };
}
