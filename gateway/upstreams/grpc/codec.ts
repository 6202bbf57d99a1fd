import protobuf from 'protobufjs';
import { SluiceError } from '../../errors.ts';
import { decodeMessage } from './codec-message.ts';
import { compileReader } from './codec-read.ts';
import type { Read } from './codec-read.ts';
import { InputFault } from './codec-fault.ts';
import { compileWriter } from './codec-write.ts';
import type { Write } from './codec-write.ts';

/** Proto bytes ↔ plain data, for one message type. `docs/grpc.md` has the forms, type by type. */
export interface MessageCodec {
  /** Throws an `Error` when the bytes are not such a message. */
  decode(bytes: Uint8Array): unknown;
  /** Throws `BAD_USER_INPUT` naming the field when the data does not fit. */
  encode(data: unknown): Uint8Array;
}

/** A message type while its readers and writers are being compiled: they refer to each other through it. */
export interface CompiledType {
  readonly type: protobuf.Type;
  read: Read;
  write: Write;
}

/** Compiles each message type once, when first asked for. */
export class Codecs {
  readonly #root: protobuf.Root;
  readonly #compiled = new Map<protobuf.Type, CompiledType>();

  constructor(root: protobuf.Root) {
    this.#root = root;
  }

  /** By full name, for `google.protobuf.Any`. */
  find(name: string): CompiledType | undefined {
    const found = this.#root.lookup(`.${name}`, [protobuf.Type]);
    return found instanceof protobuf.Type ? this.compiled(found) : undefined;
  }

  compiled(type: protobuf.Type): CompiledType {
    const known = this.#compiled.get(type);
    if (known !== undefined) return known;
    type.setup();
    const compiled: CompiledType = {
      type,
      // Replaced on first use: compiling now would recurse for ever in recursive messages.
      read: (message, depth) => (compiled.read = compileReader(type, this))(message, depth),
      write: (data, depth) => (compiled.write = compileWriter(type, this))(data, depth),
    };
    this.#compiled.set(type, compiled);
    return compiled;
  }

  codec(type: protobuf.Type): MessageCodec {
    const compiled = this.compiled(type);
    return {
      decode: (bytes) => compiled.read(decodeMessage(type, bytes), 0),
      encode: (data) => {
        try {
          return type.encode(compiled.write(data, 0)).finish();
        } catch (error) {
          if (error instanceof InputFault)
            throw new SluiceError('BAD_USER_INPUT', `input${error.path}: ${error.message}`);
          throw error;
        }
      },
    };
  }
}
