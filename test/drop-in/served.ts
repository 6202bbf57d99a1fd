import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

/** What `context` of Apollo Server gives in these tests: what data sources see. */
export interface ClientContext {
  readonly user: string | undefined;
  readonly notes: string[];
}

export interface Answer {
  readonly status: number;
  readonly cacheControl: string | null;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly (string | number)[];
      readonly extensions?: Record<string, unknown>;
    }[];
    readonly extensions?: Record<string, unknown>;
  };
}

export interface ServedGateway {
  readonly server: ApolloServer<ClientContext>;
  /** The contexts of the requests so far. */
  readonly contexts: ClientContext[];
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

type Gateway = NonNullable<ApolloServerOptionsWithGateway<ClientContext>['gateway']>;

/** A gateway as its users serve it: `new ApolloServer({ gateway })` behind HTTP. */
export async function serve(
  gateway: Gateway,
  options: Partial<ApolloServerOptionsWithGateway<ClientContext>> = {},
): Promise<ServedGateway> {
  const contexts: ClientContext[] = [];
  const server = new ApolloServer<ClientContext>({
    gateway,
    nodeEnv: 'test',
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: SILENT,
    ...options,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => {
      const context: ClientContext = { user: req.headers['x-user']?.toString(), notes: [] };
      contexts.push(context);
      return context;
    },
  });
  return {
    server,
    contexts,
    async ask(query, variables, headers = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return {
        status: response.status,
        cacheControl: response.headers.get('cache-control'),
        body: (await response.json()) as Answer['body'],
      };
    },
    stop: () => server.stop(),
  };
}

export interface RecordingLogger {
  readonly lines: string[];
  debug(message?: unknown): void;
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const record = (level: string) => (message?: unknown) => void lines.push(`${level}: ${String(message)}`);
  return {
    lines,
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
