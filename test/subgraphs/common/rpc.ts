import { once } from 'node:events';
import { join } from 'node:path';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { MessageTypeDefinition, ServiceDefinition } from '@grpc/proto-loader';

const PROTOS = join(import.meta.dirname, '../../../protos');
const PACKAGES = join(import.meta.dirname, '../../../node_modules');

const options = { keepCase: false, longs: String, oneofs: true, arrays: true, json: true };

const rpcTypes = loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], {
  ...options,
  includeDirs: [PROTOS],
});

export interface CallOptions {
  readonly metadata?: Record<string, string>;
  readonly deadlineMs?: number;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  readonly header: Metadata;
  readonly trailer: Metadata;
}

/** A real client of one service, typed by what the test says it gets. */
export class Rpc {
  readonly #client: Client;
  readonly #service: ServiceDefinition;

  constructor(port: number, file: string, service: string, includeDir = PROTOS) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#service = loadSync(file, { ...options, includeDirs: [includeDir] })[service] as ServiceDefinition;
  }

  /** Rejects with the ServiceError of grpc-js. */
  call<Answer>(method: string, request: object, options: CallOptions = {}): Promise<Answered<Answer>> {
    const { path, requestSerialize, responseDeserialize } = this.#service[method]!;
    return new Promise((resolve, reject) => {
      let answer: Answer;
      let header: Metadata;
      const deserialize = responseDeserialize as (bytes: Buffer) => Answer;
      const call = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        deserialize,
        request,
        ...settings(options),
        (error, value) => {
          if (error) reject(error);
          else answer = value!;
        },
      );
      call.on('metadata', (metadata) => (header = metadata));
      call.on('status', ({ code, metadata }) => {
        if (code === status.OK) resolve({ answer, header, trailer: metadata });
      });
    });
  }

  /** Cancels a call as soon as the server has it. @returns the error that the caller sees */
  cancelled(method: string, request: object, metadata: Record<string, string>): Promise<ServiceError> {
    const { path, requestSerialize, responseDeserialize } = this.#service[method]!;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        ...settings({ metadata }),
        (error) => (error ? resolve(error) : reject(new Error('The call was answered.'))),
      );
      call.on('metadata', () => call.cancel());
    });
  }

  stream<Answer>(method: string, request: object, options: CallOptions = {}): ClientReadableStream<Answer> {
    const { path, requestSerialize, responseDeserialize } = this.#service[method]!;
    const deserialize = responseDeserialize as (bytes: Buffer) => Answer;
    return this.#client.makeServerStreamRequest(
      path,
      requestSerialize,
      deserialize,
      request,
      ...settings(options),
    );
  }

  /** Sends one request on a bidirectional stream and takes one answer. */
  async exchange<Answer>(method: string, request: object): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = this.#service[method]!;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    stream.write(request);
    stream.end();
    const [answer] = (await once(stream, 'data')) as [Answer];
    return answer;
  }

  close(): void {
    this.#client.close();
  }
}

function settings({ metadata = {}, deadlineMs }: CallOptions) {
  const sent = new Metadata();
  for (const [name, value] of Object.entries(metadata)) sent.set(name, value);
  return [sent, deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs }] as const;
}

export interface DecodedStatus {
  readonly code: number;
  readonly message: string;
  readonly details: { readonly '@type': string; readonly [field: string]: unknown }[];
}

/** A client of grpc.health.v1. */
export function healthOf(port: number): Rpc {
  const folder = join(PACKAGES, 'grpc-health-check/proto');
  return new Rpc(port, 'health/v1/health.proto', 'grpc.health.v1.Health', folder);
}

/** A client of grpc.reflection.v1. */
export function reflectionOf(port: number): Rpc {
  const folder = join(PACKAGES, '@grpc/reflection/build/proto');
  return new Rpc(port, 'grpc/reflection/v1/reflection.proto', 'grpc.reflection.v1.ServerReflection', folder);
}

/** The error of a call that must fail, with its google.rpc.Status. */
export async function failure(call: Promise<unknown>): Promise<ServiceError & { status: DecodedStatus }> {
  const error = await call.then(
    () => {
      throw new Error('The call succeeded.');
    },
    (error: unknown) => error as ServiceError,
  );
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const type = rpcTypes['google.rpc.Status'] as MessageTypeDefinition<object, DecodedStatus>;
  return Object.assign(error, { status: type.deserialize(bytes as Buffer) });
}

/** The detail of one type, such as `BadRequest`. */
export function detailOf(
  { status }: { status: DecodedStatus },
  type: string,
): Record<string, unknown> | undefined {
  return status.details.find((detail) => detail['@type'] === `type.googleapis.com/google.rpc.${type}`);
}

/** The operation of the first call that these counters hear was cancelled. */
export function firstCancelled(counters: { cancelled(operation: string): void }): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const record = counters.cancelled.bind(counters);
  counters.cancelled = (operation) => {
    record(operation);
    resolve(operation);
  };
  return promise;
}
