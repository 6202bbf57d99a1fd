import { isatty } from 'node:tty';
import { pino, stdSerializers } from 'pino';
import { prettyLine } from './pretty-line.ts';
import { redactHeaders } from './redact.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type LogFields = Readonly<Record<string, unknown>>;

/** What the parts of the gateway write to. Header records go under the key `headers`, where secrets are struck out; errors under `error`. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  isLevelEnabled(level: Exclude<LogLevel, 'silent'>): boolean;
}

export interface LogWriter extends Log {
  /** Writes what is still in memory. The process does it by itself when it exits in an orderly way. */
  flush(): void;
  close(): void;
}

export interface LogOptions {
  readonly level?: LogLevel;
  /** `auto`: for people on a terminal, one JSON object per line elsewhere. */
  readonly format?: 'auto' | 'json' | 'pretty';
  /** File descriptor: 1 = standard output (default), 2 = standard error. */
  readonly fd?: number;
  /** Instead of `fd`, for tests and embedders. Gets whole lines. */
  readonly write?: (line: string) => void;
}

/** Bytes that may wait in memory, and how long. An access log costs a copy per line, not a system call. */
const BUFFER_BYTES = 8192;
const FLUSH_INTERVAL_MS = 100;

export function createLog(options: LogOptions = {}): LogWriter {
  const fd = options.fd ?? 1;
  const terminal = options.write === undefined && isatty(fd);
  const pretty = options.format === 'pretty' || (terminal && options.format !== 'json');
  const colours = terminal && process.env['NO_COLOR'] === undefined;
  const settings: pino.LoggerOptions = {
    level: options.level ?? 'info',
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: {
      headers: redactHeaders,
      request: (value: unknown) => serializeNested(value),
      response: (value: unknown) => serializeNested(value),
      error: serializeError,
    },
  };

  if (options.write !== undefined || pretty) {
    const write =
      options.write ?? ((line: string) => void process[fd === 2 ? 'stderr' : 'stdout'].write(line));
    const logger = pino(settings, {
      write: pretty ? (line) => write(prettyLine(line, colours)) : write,
    });
    return Object.assign(logger, { flush() {}, close() {} });
  }

  const destination = pino.destination({ fd, sync: true, minLength: BUFFER_BYTES });
  const timer = setInterval(() => destination.flush(), FLUSH_INTERVAL_MS).unref();
  const flush = () => destination.flushSync();
  process.on('exit', flush);
  return Object.assign(pino(settings, destination), {
    flush,
    close() {
      clearInterval(timer);
      process.off('exit', flush);
      flush();
    },
  });
}

function serializeNested(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('headers' in value)) return value;
  return { ...value, headers: redactHeaders(value.headers) };
}

/** An error with its code and chain of causes; anything else as it is. */
function serializeError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const told = stdSerializers.errWithCause(value);
  // The serialiser follows causes that are Errors and leaves out a last one that is not.
  let last: Error = value;
  let place: { cause?: unknown } = told;
  while (last.cause instanceof Error && isRecord(place.cause)) {
    last = last.cause;
    place = place.cause;
  }
  if (last.cause !== undefined && !(last.cause instanceof Error)) place.cause = plainValues(last.cause);
  return told;
}

/** A value without what lies deeper in it, such as headers: it may hold credentials. */
function plainValues(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => typeof inner !== 'object'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
