import type { EnumType, MessageType, ProtoMethod } from '../../../upstreams/grpc/types.ts';
import { pascalCase } from '../names.ts';
import type { UniqueNames } from '../unique-names.ts';
import { scalarMessage } from './scalars.ts';

type Named = MessageType | EnumType;

/**
 * GraphQL names for the messages and enums that methods reach: `User`, `UserStatus` for a `Status` inside of `User`.
 * Where packages have the same name for two things, each gets as much of its package as tells them apart. By full name.
 */
export function typeNames(
  methods: readonly ProtoMethod[],
  isMessage: (fullName: string) => boolean,
  names: UniqueNames,
): ReadonlyMap<string, string> {
  const groups = new Map<string, { fullName: string; scope: readonly string[] }[]>();
  for (const { name: fullName } of reached(methods)) {
    const { scope, path } = split(fullName, isMessage);
    const short = pascalCase(path.join('_'));
    const group = groups.get(short);
    if (group) group.push({ fullName, scope });
    else groups.set(short, [{ fullName, scope }]);
  }
  const result = new Map<string, string>();
  for (const [short, group] of groups)
    for (const [i, { fullName, scope }] of group.entries()) {
      const distinct = candidates(short, scope).filter((name) =>
        group.every((other, j) => i === j || !candidates(short, other.scope).includes(name)),
      );
      const [first = short, ...rest] = group.length > 1 ? distinct : candidates(short, scope);
      result.set(fullName, names.take(first, ...rest));
    }
  return result;
}

/** From short to long: `User`, `BillingUser`, `UserV2`, `AcmeBillingV2User`. */
function candidates(short: string, scope: readonly string[]): string[] {
  const version = scope.find(isVersion);
  const place = scope.filter((segment) => !isVersion(segment));
  return [
    short,
    ...place.map((_, i) => pascalCase(`${place.slice(place.length - 1 - i).join('_')}_${short}`)),
    ...(version === undefined ? [] : [`${short}${pascalCase(version)}`]),
    ...(version === undefined
      ? []
      : place.map((_, i) =>
          pascalCase(`${place.slice(place.length - 1 - i).join('_')}_${short}_${version}`),
        )),
    pascalCase(`${scope.join('_')}_${short}`),
  ];
}

const isVersion = (segment: string): boolean => /^v\d+\w*$/.test(segment);

/** The package, and the names from the outermost message inwards. */
function split(fullName: string, isMessage: (name: string) => boolean): { scope: string[]; path: string[] } {
  const segments = fullName.split('.');
  let at = segments.length - 1;
  while (at > 0 && isMessage(segments.slice(0, at).join('.'))) at--;
  return { scope: segments.slice(0, at), path: segments.slice(at) };
}

/** Every message and enum below the methods' requests and responses, in the order in which they come up. */
function reached(methods: readonly ProtoMethod[]): readonly Named[] {
  const found = new Set<Named>();
  const open: Named[] = methods.flatMap(({ request, response }) => [response, request]);
  // The list grows while it is read.
  for (const next of open) {
    if (found.has(next) || (next.kind === 'message' && scalarMessage(next) !== undefined)) continue;
    found.add(next);
    if (next.kind === 'enum') continue;
    for (const { type } of next.fields.values()) if (typeof type === 'object') open.push(type);
  }
  return [...found];
}
