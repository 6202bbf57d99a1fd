import { Client, credentials, status } from '@grpc/grpc-js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';

export interface ReflectionOptions {
  /** Without it the connection is not encrypted. All PEM. */
  readonly tls?: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly serverName?: string;
  };
  /** Of everything that is asked. Default: 10,000. */
  readonly timeoutMs?: number;
}

/** One server refused, or said nothing in time; the message is for people. */
export class ReflectionError extends Error {
  override readonly name = 'ReflectionError';
  readonly grpcStatus: string;

  constructor(grpcStatus: string, message: string) {
    super(message);
    this.grpcStatus = grpcStatus;
  }
}

/** grpc/reflection/v1/reflection.proto; v1alpha differs in nothing but its package. */
const PROTO = `
  syntax = "proto3";
  package sluice.reflection;
  message Request {
    oneof message_request {
      string file_by_filename = 3;
      string file_containing_symbol = 4;
      string list_services = 7;
    }
  }
  message Response {
    oneof message_response {
      FileDescriptors file_descriptor_response = 4;
      Services list_services_response = 6;
      Refusal error_response = 7;
    }
  }
  message FileDescriptors { repeated bytes file_descriptor_proto = 1; }
  message Services { repeated Service service = 1; }
  message Service { string name = 1; }
  message Refusal { int32 error_code = 1; string error_message = 2; }
`;

const ROOT = protobuf.parse(PROTO, new protobuf.Root(), { keepCase: true }).root;
const REQUEST = ROOT.lookupType('sluice.reflection.Request');
const RESPONSE = ROOT.lookupType('sluice.reflection.Response');

export type Request =
  | { readonly file_by_filename: string }
  | { readonly file_containing_symbol: string }
  | { readonly list_services: string };

export interface Response {
  readonly file_descriptor_response?: { readonly file_descriptor_proto?: readonly Uint8Array[] };
  readonly list_services_response?: { readonly service?: readonly { readonly name: string }[] };
  readonly error_response?: { readonly error_code?: number; readonly error_message?: string };
}

const DEFAULT_TIMEOUT_MS = 10_000;
const VERSIONS = ['v1', 'v1alpha'];

/** Gives what `ask` makes of a stream to the server's reflection: of v1, or of v1alpha where that is all it has. */
export async function reflect<Result>(
  address: string,
  { tls, timeoutMs = DEFAULT_TIMEOUT_MS }: ReflectionOptions,
  ask: (send: (request: Request) => Promise<Response>) => Promise<Result>,
): Promise<Result> {
  const pem = (text: string | Buffer | undefined): Buffer | null =>
    text === undefined ? null : Buffer.from(text);
  const channel = tls
    ? credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert))
    : credentials.createInsecure();
  const client = new Client(address, channel, {
    'grpc.max_receive_message_length': MAX_DESCRIPTION_BYTES,
    ...(tls?.serverName !== undefined && { 'grpc.ssl_target_name_override': tls.serverName }),
  });
  const deadline = Date.now() + timeoutMs;
  try {
    for (const version of VERSIONS) {
      const conversation = new Conversation(client, version, deadline);
      try {
        return await ask((request) => conversation.send(request));
      } catch (error) {
        const isOld = error instanceof ReflectionError && error.grpcStatus === 'UNIMPLEMENTED';
        if (!isOld || version === VERSIONS.at(-1)) throw error;
      } finally {
        conversation.end();
      }
    }
    throw new TypeError('no version');
  } finally {
    client.close();
  }
}

/** One stream; the server answers each request in turn. */
class Conversation {
  readonly #stream: ClientDuplexStream<Request, Response>;
  readonly #waiting: { resolve(response: Response): void; reject(error: unknown): void }[] = [];
  #failure: ReflectionError | undefined;
  #bytes = 0;

  constructor(client: Client, version: string, deadline: number) {
    this.#stream = client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (request: Request) => Buffer.from(REQUEST.encode(REQUEST.create(request)).finish()),
      (bytes) => {
        this.#bytes += bytes.length;
        return RESPONSE.toObject(RESPONSE.decode(bytes), { longs: Number, bytes: Buffer });
      },
      { deadline },
    );
    this.#stream.on('data', (response: Response) => {
      if (this.#bytes > MAX_DESCRIPTION_BYTES)
        this.#fail(
          new ReflectionError(
            'RESOURCE_EXHAUSTED',
            `it sends more than ${MAX_DESCRIPTION_BYTES / 2 ** 20} MiB`,
          ),
        );
      else this.#waiting.shift()?.resolve(response);
    });
    this.#stream.on('error', (error: Error & { code?: number; details?: string }) => {
      const name = status[error.code ?? status.UNKNOWN] ?? 'UNKNOWN';
      this.#fail(new ReflectionError(name, error.details || error.message));
    });
    this.#stream.on('end', () => this.#fail(new ReflectionError('CANCELLED', 'it ended the stream')));
  }

  send(request: Request): Promise<Response> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#stream.write(request);
    });
  }

  end(): void {
    this.#failure ??= new ReflectionError('CANCELLED', 'the conversation is over');
    this.#stream.cancel();
  }

  #fail(error: ReflectionError): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
  }
}
