import type { Metadata, StatusObject } from '@grpc/grpc-js';
import type { UpstreamError } from '../../errors.ts';
import type { MessageCodec } from './codec.ts';
import type { ProtoRegistry } from './registry.ts';
import { badResponse, statusError } from './status.ts';
import type { ProtoMethod } from './types.ts';

/** grpc-js gets and gives bytes: what fails to encode or decode is then told by us, with a code. */
export function sameBytes(bytes: Buffer): Buffer {
  return bytes;
}

/** One method of one upstream: everything that its calls have in common. */
export class MethodCall {
  readonly definition: ProtoMethod;
  readonly service: string;
  readonly #request: MessageCodec;
  readonly #response: MessageCodec;

  constructor(service: string, definition: ProtoMethod, registry: ProtoRegistry) {
    this.service = service;
    this.definition = definition;
    this.#request = registry.codec(definition.request.name);
    this.#response = registry.codec(definition.response.name);
  }

  /** Throws `BAD_USER_INPUT`. */
  encode(message: unknown): Buffer {
    const bytes = this.#request.encode(message);
    return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws `UPSTREAM_BAD_RESPONSE`. */
  decode(bytes: Buffer): unknown {
    try {
      return this.#response.decode(bytes);
    } catch (error) {
      throw badResponse(this.service, this.definition.fullName, error);
    }
  }

  failed(status: StatusObject, initial: Metadata | undefined): UpstreamError {
    return statusError(this.service, status, initial);
  }

  noMessage(): UpstreamError {
    return badResponse(this.service, this.definition.fullName, new Error('OK without a message'));
  }
}
