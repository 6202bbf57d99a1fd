import { Client, credentials } from '@grpc/grpc-js';
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';
import { SluiceError, UpstreamError } from '../errors.ts';
import { MethodCall } from './grpc/method-call.ts';
import { metadataFromHeaders } from './grpc/metadata.ts';
import type { ProtoRegistry } from './grpc/registry.ts';
import { ServerStream } from './grpc/server-stream.ts';
import { aborted, closed, timedOut } from './grpc/status.ts';
import { UnaryCall } from './grpc/unary-call.ts';
import type { CallOptions, GrpcInput, Upstream, UpstreamRequest, UpstreamResponse } from './upstream.ts';

export interface GrpcUpstreamOptions {
  /** The upstream's name in the configuration: what error messages call it. */
  readonly name: string;
  /** `host:port`, or a gRPC name such as `dns:///users.internal:50051` or `unix:/run/users.sock`. */
  readonly address: string;
  readonly registry: ProtoRegistry;
  /** Without it the connection is not encrypted. All PEM. */
  readonly tls?: {
    /** Trusted instead of the system's authorities. */
    readonly ca?: string | Buffer;
    /** The gateway's own certificate and key, for mutual TLS. */
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    /** The name that the backend's certificate must hold, if it is not that of the address. */
    readonly serverName?: string;
  };
  /** Of one encoded message. Default: no limit. */
  readonly maxRequestBytes?: number;
  /** Of one encoded message, after decompression. Default: 10 MiB. */
  readonly maxResponseBytes?: number;
  /** Pings a connection that has calls but no traffic. Default: never. */
  readonly keepaliveTimeMs?: number;
  /** Passed to grpc-js; win over what is derived from the options above. */
  readonly channelOptions?: Readonly<ChannelOptions>;
}

const DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
/** A backend that comes back is found within seconds; grpc-js would wait up to two minutes. */
const MAX_RECONNECT_BACKOFF_MS = 5_000;

/** A gRPC backend over one channel. It connects with the first call, so the backend may be down before. */
export function createGrpcUpstream(options: GrpcUpstreamOptions): Upstream<GrpcInput> {
  return new GrpcUpstream(options);
}

class GrpcUpstream implements Upstream<GrpcInput> {
  readonly name: string;
  readonly wire = 'grpc';
  readonly #client: Client;
  readonly #registry: ProtoRegistry;
  readonly #maxRequestBytes: number;
  readonly #methods = new Map<string, MethodCall>();
  #closed = false;
  #streams = 0;

  constructor(options: GrpcUpstreamOptions) {
    this.name = options.name;
    this.#registry = options.registry;
    this.#maxRequestBytes = options.maxRequestBytes ?? Number.POSITIVE_INFINITY;
    this.#client = new Client(options.address, channelCredentials(options), channelOptions(options));
  }

  call(request: UpstreamRequest<GrpcInput>, options: CallOptions): Promise<UpstreamResponse> {
    return new Promise((resolve, reject) => {
      const method = this.#method(request.operation);
      if (method.definition.serverStreaming) {
        throw this.#error(
          'UPSTREAM_UNIMPLEMENTED',
          `${request.operation} of the service "${this.name}" answers with a stream.`,
        );
      }
      const bytes = this.#prepared(method, request, options);
      new UnaryCall(this.#client, method, options, resolve, reject).start(
        bytes,
        metadataFromHeaders(options.headers),
      );
    });
  }

  stream(request: UpstreamRequest<GrpcInput>, options: CallOptions): AsyncIterable<UpstreamResponse> {
    return {
      [Symbol.asyncIterator]: () =>
        new ServerStream(options.signal, this.#streamEnded, (events) => {
          const method = this.#method(request.operation);
          if (!method.definition.serverStreaming) {
            throw this.#error(
              'UPSTREAM_UNIMPLEMENTED',
              `${request.operation} of the service "${this.name}" does not stream.`,
            );
          }
          const bytes = this.#prepared(method, request, options);
          events.start(this.#client, method, bytes, metadataFromHeaders(options.headers), options);
          this.#streams++;
        }),
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    if (this.#streams === 0) this.#client.close();
    return Promise.resolve();
  }

  /** A stream may outlive the graph that opened it; the connection goes with the last one. */
  readonly #streamEnded = (): void => {
    this.#streams--;
    if (this.#closed && this.#streams === 0) this.#client.close();
  };

  /** What is the same for all calls of a method, made with the first. */
  #method(operation: string): MethodCall {
    const known = this.#methods.get(operation);
    if (known !== undefined) return known;
    const definition = this.#registry.method(operation);
    if (definition === undefined) {
      const near = this.#registry.suggest(operation);
      throw this.#error(
        'UPSTREAM_UNIMPLEMENTED',
        `The protos of the service "${this.name}" have no method "${operation}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
      );
    }
    if (definition.clientStreaming) {
      throw this.#error(
        'UPSTREAM_UNIMPLEMENTED',
        `${operation} of the service "${this.name}" takes a stream of requests, which the gateway does not send.`,
      );
    }
    const method = new MethodCall(this.name, definition, this.#registry);
    this.#methods.set(operation, method);
    return method;
  }

  /** The encoded request, once it is certain that it is worth sending. */
  #prepared(method: MethodCall, request: UpstreamRequest<GrpcInput>, options: CallOptions): Buffer {
    if (this.#closed) throw closed(this.name);
    if (options.signal.aborted) throw aborted(this.name, options.signal.reason);
    if (options.deadlineAt <= Date.now()) throw timedOut(this.name);
    const bytes = this.#encoded(method, request.input.message);
    if (bytes.length > this.#maxRequestBytes) {
      throw this.#error(
        'REQUEST_TOO_LARGE',
        `The request to ${request.operation} of the service "${this.name}" has ${bytes.length} bytes; ${this.#maxRequestBytes} are allowed.`,
      );
    }
    return bytes;
  }

  #encoded(method: MethodCall, message: unknown): Buffer {
    try {
      return method.encode(message);
    } catch (error) {
      if (!(error instanceof SluiceError)) throw UpstreamError.fromUnknown(error, this.name);
      throw new UpstreamError(error.code, this.name, error.message, { cause: error });
    }
  }

  #error(code: SluiceError['code'], message: string): UpstreamError {
    return new UpstreamError(code, this.name, message);
  }
}

function channelCredentials({ name, tls }: GrpcUpstreamOptions): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const pem = (value: string | Buffer | undefined): Buffer | null =>
    value === undefined ? null : Buffer.from(value);
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw new SluiceError(
      'BAD_REQUEST',
      `Upstream "${name}": tls.cert and tls.key belong together; one is missing.`,
    );
  }
  return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

function channelOptions(options: GrpcUpstreamOptions): ChannelOptions {
  const serverName = options.tls?.serverName;
  return {
    'grpc.max_receive_message_length': options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_BACKOFF_MS,
    // No TXT look-up for a service configuration: retries are a policy of the gateway, with a budget. grpc-js still
    // repeats, once, what the backend refused before looking at it.
    'grpc.service_config_disable_resolution': 1,
    // Closing this upstream closes its connections, not those of a second one to the same address.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_channelz': 0,
    'grpc.primary_user_agent': 'sluice',
    ...(options.keepaliveTimeMs !== undefined && { 'grpc.keepalive_time_ms': options.keepaliveTimeMs }),
    ...(serverName !== undefined && {
      'grpc.ssl_target_name_override': serverName,
      'grpc.default_authority': serverName,
    }),
    ...options.channelOptions,
  };
}
