import { isObject, ownProperty, setOwnProperty } from './values.ts';
import type { PlainObject } from './values.ts';
import type { OutputShape } from './shape.ts';
import type { Dialect } from './syntax.ts';

/** What of the output is wanted: prunes it to what a query asks for and converts the leaves while it is built. */
export interface Want {
  /** The fields of an object; absent for a leaf, whose whole value is taken. */
  readonly fields?: ReadonlyMap<string, Want>;
  /** How many list wrappers the GraphQL type has. In XML a single value where a list is wanted becomes a list of one. */
  readonly listDepth: number;
  /** Called with each leaf that is not null; what it returns is stored as it is. */
  readonly leaf?: (value: unknown) => unknown;
  /** At an abstract position: what is wanted of each object type. The mapping must yield `__typename`, which is kept. */
  readonly byTypename?: ReadonlyMap<string, Want>;
  /** The type's name: a value that is no object (or a list too many) becomes the result of `onMismatch`. */
  readonly expectObject?: string;
  readonly onMismatch?: (expected: string, found: unknown) => unknown;
  /** As a field: a list without elements is missing, as in XML, and stands as an empty list. */
  readonly emptyList?: boolean;
  /** As a leaf: the value is handed over as it is, also an XML element with attributes. */
  readonly whole?: boolean;
  /** As a leaf that stands for an object: what it takes of it, and by which mapping if not by name. */
  readonly structure?: { readonly want: Want; readonly shape: OutputShape | undefined };
  /** As a field: under which keys it is written, each with a want of its own. Absent: under its own name, as this want says. */
  readonly outputs?: readonly Output[];
  /** As an object: properties that it gets whatever the data. */
  readonly constants?: readonly (readonly [key: string, value: unknown])[];
}

export interface Output {
  readonly key: string;
  readonly want: Want;
}

/** Under which keys a field is written. */
export function outputsOf(name: string, want: Want): readonly Output[] {
  return want.outputs ?? [{ key: name, want }];
}

export type Project = (value: unknown) => unknown;

/** Shapes values that exist already, such as the end of a plain path, into what is wanted. */
export function compileProjection(want: Want, dialect: Dialect): Project {
  const one = compileOne(want, dialect);
  if (want.listDepth === 0) return one;
  return compileListDepth(want.listDepth, one, dialect);
}

/** Applies `one` below `depth` list wrappers. An element that is missing is null; null needs no conversion. */
export function compileListDepth(depth: number, one: Project, dialect: Dialect): Project {
  const inner = depth > 1 ? compileListDepth(depth - 1, one, dialect) : one;
  return (value) => {
    if (value === null || value === undefined) return value;
    if (!Array.isArray(value)) return dialect === 'xml' ? [inner(value)] : inner(value);
    const output: unknown[] = [];
    for (const element of value) output.push(inner(element) ?? null);
    return output;
  };
}

function compileOne(want: Want, dialect: Dialect): Project {
  const { byTypename } = want;
  if (byTypename !== undefined) {
    const types = new Map([...byTypename].map(([name, type]) => [name, compileObject(type, dialect, true)]));
    const others = compileObject({ ...want, fields: want.fields ?? new Map() }, dialect, true);
    return (value) => {
      const typename = isObject(value) ? ownProperty(value, '__typename') : undefined;
      return (types.get(typename as string) ?? others)(value);
    };
  }
  return want.fields === undefined ? compileLeaf(want, dialect) : compileObject(want, dialect, false);
}

function compileLeaf(want: Want, dialect: Dialect): Project {
  const leaf = want.leaf ?? ((value: unknown) => value);
  if (dialect !== 'xml' || want.whole === true)
    return (value) => (value === null || value === undefined ? value : leaf(value));
  return (value) => {
    const text = elementText(value);
    return text === null || text === undefined ? text : leaf(text);
  };
}

/** The text of an XML element that has attributes but no children; any other value is itself. */
function elementText(value: unknown): unknown {
  if (!isObject(value) || !Object.hasOwn(value, '#text')) return value;
  for (const key of Object.keys(value)) if (key !== '#text' && !key.startsWith('@')) return value;
  return value['#text'];
}

function compileObject(want: Want, dialect: Dialect, keepTypename: boolean): Project {
  const fields = [...(want.fields ?? [])].flatMap(([name, field]) =>
    outputsOf(name, field).map(
      (output) =>
        [name, output.key, orEmptyList(compileProjection(output.want, dialect), output.want)] as const,
    ),
  );
  const constants = want.constants ?? [];
  const keeps = keepTypename && !(want.fields?.has('__typename') ?? false);
  return (value) => {
    if (value === null || value === undefined) return value;
    if (!isObject(value)) return mismatch(want, value);
    const output: PlainObject = {};
    for (const [key, constant] of constants) setOwnProperty(output, key, constant);
    if (keeps) {
      const typename = ownProperty(value, '__typename');
      if (typename !== undefined) output['__typename'] = typename;
    }
    for (const [name, key, project] of fields) {
      const field = project(ownProperty(value, name));
      if (field !== undefined) setOwnProperty(output, key, field);
    }
    return output;
  };
}

function orEmptyList(project: Project, want: Want): Project {
  return want.emptyList === true ? (value) => project(value) ?? (value === null ? null : []) : project;
}

/** What stands in place of a value that is no object where one is expected. */
export function mismatch(want: Want | undefined, found: unknown): unknown {
  if (want?.expectObject === undefined || want.onMismatch === undefined) return found;
  return want.onMismatch(want.expectObject, found);
}
