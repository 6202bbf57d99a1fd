import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import type { Problem } from '../../problem.ts';
import { fullNameOf } from './describe.ts';
import { didYouMean } from './suggest.ts';

/**
 * Every field and method whose type does not exist, in the files that the root was read from; `textOf` gives their
 * texts, for the lines.
 */
export function unresolvedTypes(
  root: protobuf.Root,
  textOf: (file: string) => string = (file) => readFileSync(file, 'utf8'),
): Problem[] {
  const problems: Problem[] = [];
  const names: string[] = [];
  walk(root, (object) => {
    if (object instanceof protobuf.Type || object instanceof protobuf.Enum) names.push(fullNameOf(object));
  });
  const report = (owner: protobuf.ReflectionObject, member: string, missing: string): void => {
    const file = owner.filename ?? undefined;
    problems.push({
      severity: 'error',
      code: 'PROTO_TYPE_NOT_FOUND',
      message: `The type "${missing}" of ${fullNameOf(owner)}.${member} does not exist.${didYouMean(missing, [
        ...names.map((name) => name.slice(name.lastIndexOf('.') + 1)),
        ...names,
      ])}`,
      ...(file !== undefined && { file, ...lineOfMember(textOf(file), member, missing) }),
      fix: 'Correct the name, or import the file that declares it.',
    });
  };
  walk(root, (object) => {
    if (object instanceof protobuf.Type) {
      for (const field of object.fieldsArray) {
        if (!resolves(field)) report(object, field.name, field.type);
      }
    } else if (object instanceof protobuf.Service) {
      for (const method of object.methodsArray) {
        for (const name of [method.requestType, method.responseType]) {
          if (object.lookup(name, [protobuf.Type]) === null) report(object, method.name, name);
        }
      }
    }
  });
  return problems;
}

function resolves(object: protobuf.ReflectionObject): boolean {
  try {
    object.resolve();
    return true;
  } catch {
    return false;
  }
}

function walk(namespace: protobuf.NamespaceBase, visit: (object: protobuf.ReflectionObject) => void): void {
  for (const object of namespace.nestedArray) {
    visit(object);
    if (object instanceof protobuf.Namespace) walk(object, visit);
  }
}

/** The library keeps no positions: the line that names both the member and the type is the one. */
function lineOfMember(text: string, member: string, type: string): { line?: number; column?: number } {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.includes(type) && new RegExp(`\\b${member}\\b`).test(line));
  return index < 0 ? {} : { line: index + 1, column: lines[index]!.indexOf(type) + 1 };
}
