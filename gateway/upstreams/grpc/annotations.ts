/** The options of `google/api/*.proto` that say what a field or message is for (https://google.aip.dev). They need not be imported to be read. */
import type protobuf from 'protobufjs';

/** google/api/field_behavior.proto */
const BEHAVIORS = [
  'FIELD_BEHAVIOR_UNSPECIFIED',
  'OPTIONAL',
  'REQUIRED',
  'OUTPUT_ONLY',
  'INPUT_ONLY',
  'IMMUTABLE',
  'UNORDERED_LIST',
  'NON_EMPTY_DEFAULT',
  'IDENTIFIER',
];

export function behaviorsOf(field: protobuf.Field): { behaviors?: readonly string[] } {
  const found = valuesOf(field, '(google.api.field_behavior)')
    .flat()
    .map((value) => (typeof value === 'number' ? BEHAVIORS[value] : value))
    .filter((value) => typeof value === 'string');
  return found.length > 0 ? { behaviors: found } : {};
}

export function referenceOf(field: protobuf.Field): { refersTo?: string } {
  const type = propertyOf(valuesOf(field, '(google.api.resource_reference)'), 'type');
  return type === undefined ? {} : { refersTo: type };
}

export function resourceOf(type: protobuf.Type): { resourceType?: string } {
  const name = propertyOf(valuesOf(type, '(google.api.resource)'), 'type');
  return name === undefined ? {} : { resourceType: name };
}

/** An option may be given several times. */
function valuesOf({ parsedOptions }: protobuf.ReflectionObject, option: string): unknown[] {
  const options = (parsedOptions ?? []) as readonly Readonly<Record<string, unknown>>[];
  return options.flatMap((given) => (Object.hasOwn(given, option) ? [given[option]] : []));
}

function propertyOf(values: readonly unknown[], name: string): string | undefined {
  for (const value of values) {
    const found = typeof value === 'object' && value !== null && (value as Record<string, unknown>)[name];
    if (typeof found === 'string') return found;
  }
  return undefined;
}
