import type protobuf from 'protobufjs';
import { COMMON } from '../../../upstreams/grpc/proto-files.ts';
import type { FileDescriptor, MessageDescriptor } from './descriptors.ts';

/** Full names of the messages and enums that a file declares. */
export function declaredIn(file: FileDescriptor): readonly string[] {
  const names: string[] = [];
  const scope = file.package === undefined || file.package === '' ? '' : `${file.package}.`;
  const visit = (message: MessageDescriptor, prefix: string): void => {
    names.push(`${prefix}${message.name}`);
    for (const type of message.enumType ?? []) names.push(`${prefix}${message.name}.${type.name}`);
    for (const nested of message.nestedType ?? []) visit(nested, `${prefix}${message.name}.`);
  };
  for (const message of file.messageType ?? []) visit(message, scope);
  for (const type of file.enumType ?? []) names.push(`${scope}${type.name}`);
  return names;
}

/** Full names of the messages and enums that a file uses. */
export function usedIn(file: FileDescriptor): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (message: MessageDescriptor): void => {
    for (const { typeName } of message.field ?? [])
      if (typeName !== undefined && typeName !== '') names.add(typeName);
    for (const nested of message.nestedType ?? []) visit(nested);
  };
  for (const message of file.messageType ?? []) visit(message);
  for (const { method = [] } of file.service ?? [])
    for (const { inputType, outputType } of method) names.add(inputType).add(outputType);
  return new Set([...names].map((name) => name.replace(/^\./, '')));
}

let bundledTypes: ReadonlyMap<string, string> | undefined;

/** The file of a type of `google.protobuf` that comes with the library. */
export function bundledFileOf(typeName: string): string | undefined {
  bundledTypes ??= new Map(
    Object.entries(COMMON).flatMap(([file, content]) =>
      typesIn((content as protobuf.INamespace).nested ?? {}, '').map((name) => [name, file] as const),
    ),
  );
  return bundledTypes.get(typeName);
}

function typesIn(nested: Readonly<Record<string, protobuf.AnyNestedObject>>, prefix: string): string[] {
  return Object.entries(nested).flatMap(([name, object]) => [
    `${prefix}${name}`,
    ...('nested' in object && object.nested ? typesIn(object.nested, `${prefix}${name}.`) : []),
  ]);
}
