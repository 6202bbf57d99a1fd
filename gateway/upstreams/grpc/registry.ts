import protobuf from 'protobufjs';
import type { Problem } from '../../problem.ts';
import { findBatchMethod } from './batch-method.ts';
import type { BatchMethod } from './batch-method.ts';
import { Codecs } from './codec.ts';
import type { MessageCodec } from './codec.ts';
import { Describer, declaredFields, fullNameOf } from './describe.ts';
import { loadProtoFiles } from './proto-files.ts';
import type { ProtoSource } from './proto-files.ts';
import { parseProtoTexts } from './proto-texts.ts';
import type { MissingImport } from './proto-texts.ts';
import { nearest } from './suggest.ts';
import type { MessageType, ProtoMethod, ProtoService } from './types.ts';

/**
 * Loads `.proto` files with all that they import. There is a registry exactly when there is no problem of severity
 * `error`; all problems are reported together.
 */
export function loadProtos(source: ProtoSource): { registry?: ProtoRegistry; problems: Problem[] } {
  const { root, problems } = loadProtoFiles(source);
  if (root === undefined) return { problems };
  problems.push(...jsonNameConflicts(root));
  return problems.length > 0 ? { problems } : { registry: new ProtoRegistry(root), problems };
}

/** The same from texts: path, as imports call it → text. All files are read, and the root is given where it resolves. */
export function loadProtoTexts(files: ReadonlyMap<string, string>): {
  registry?: ProtoRegistry;
  missing: readonly MissingImport[];
  problems: Problem[];
} {
  const { root, missing, problems } = parseProtoTexts(files);
  if (root === undefined) return { missing, problems };
  problems.push(...jsonNameConflicts(root));
  const isSound = !problems.some((problem) => problem.severity === 'error');
  return { ...(isSound && { registry: new ProtoRegistry(root) }), missing, problems };
}

/** The services and messages of a set of `.proto` files, and the codecs of the messages. Immutable. */
export class ProtoRegistry {
  readonly #root: protobuf.Root;
  readonly #describer = new Describer();
  readonly #codecs: Codecs;
  readonly #services: ReadonlyMap<string, ProtoService>;
  readonly #methods = new Map<string, ProtoMethod>();

  constructor(root: protobuf.Root) {
    this.#root = root;
    this.#codecs = new Codecs(root);
    const services = servicesOf(root).map((service) => this.#describer.service(service));
    this.#services = new Map(services.map((service) => [service.name, service]));
    for (const service of services) {
      for (const method of service.methods.values()) this.#methods.set(method.fullName, method);
    }
  }

  services(): readonly ProtoService[] {
    return [...this.#services.values()];
  }

  /** By full name: `users.v1.UserService/GetUser`. */
  method(fullName: string): ProtoMethod | undefined {
    return this.#methods.get(fullName);
  }

  /** By full name: `users.v1.User`. */
  message(name: string): MessageType | undefined {
    const found = this.#root.lookup(`.${name}`, [protobuf.Type]);
    return found instanceof protobuf.Type ? this.#describer.message(found) : undefined;
  }

  /** The codec of a message; compiled once. Throws a `TypeError` for a name that is not in the files. */
  codec(messageName: string): MessageCodec {
    const found = this.#root.lookup(`.${messageName}`, [protobuf.Type]);
    if (!(found instanceof protobuf.Type))
      throw new TypeError(`No message "${messageName}" in the proto files.`);
    return this.#codecs.codec(found);
  }

  /** The method that a misspelt full name means, if there is one near it. */
  suggest(methodName: string): string | undefined {
    return nearest(methodName, this.#methods.keys());
  }

  /** The method of the same service that answers many keys at once, if the types leave no doubt. */
  findBatchMethod(method: ProtoMethod): BatchMethod | undefined {
    const service = this.#services.get(method.service);
    return service && findBatchMethod(method, service);
  }
}

function servicesOf(namespace: protobuf.NamespaceBase): protobuf.Service[] {
  return namespace.nestedArray.flatMap((object) => {
    if (object instanceof protobuf.Service) return [object];
    return object instanceof protobuf.Namespace ? servicesOf(object) : [];
  });
}

/** Two fields of one JSON name would be one property of plain data. */
function jsonNameConflicts(namespace: protobuf.NamespaceBase): Problem[] {
  return namespace.nestedArray.flatMap((object) => {
    if (!(object instanceof protobuf.Namespace)) return [];
    const problems = jsonNameConflicts(object);
    if (!(object instanceof protobuf.Type)) return problems;
    const seen = new Map<string, string>();
    for (const field of declaredFields(object)) {
      const other = seen.get(field.jsonName);
      seen.set(field.jsonName, field.name);
      if (other === undefined) continue;
      problems.push({
        severity: 'error',
        code: 'PROTO_JSON_NAME_CONFLICT',
        message: `The fields "${other}" and "${field.name}" of ${fullNameOf(object)} have the same JSON name "${field.jsonName}".`,
        ...(object.filename != null && { file: object.filename }),
        fix: `Rename one of them, or give it a json_name of its own.`,
      });
    }
    return problems;
  });
}
