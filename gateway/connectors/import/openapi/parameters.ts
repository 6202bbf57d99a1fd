import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { flagOf, isObject, textOf } from './part.ts';
import type { Notes } from './notes.ts';

export interface Parameter {
  readonly part: Part;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Part | undefined;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
  readonly description: string | undefined;
  readonly style: string;
  readonly explode: boolean;
  /** The value is one JSON text. */
  readonly isJson: boolean;
}

/** These headers are described elsewhere (OpenAPI 3.1, "Parameter Object"), or are the gateway's own. */
const OWN_HEADERS = ['accept', 'content-type', 'authorization'];

/** Parameters of an operation with those of its path. A text is the reason why they cannot be sent. */
export function readParameters(
  library: Library,
  operation: Part,
  pathItem: Part,
  path: string,
  fullName: string,
  notes: Notes,
): Parameter[] | string | undefined {
  const found = new Map<string, Parameter>();
  for (const holder of [pathItem, operation])
    for (const [, entry] of library.entries(library.get(holder, 'parameters'))) {
      const part = library.follow(entry);
      if (!part) return undefined;
      const parameter = read(library, part, fullName, notes);
      if (typeof parameter === 'string') return parameter;
      if (parameter) found.set(`${parameter.in} ${parameter.name}`, parameter);
    }
  const names = [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name!);
  const parameters = [...found.values()].filter((p) => p.in !== 'path' || names.includes(p.name));
  for (const name of names)
    if (!found.has(`path ${name}`)) {
      // Generators forget it, and there is no doubt what is meant.
      const spot = {
        part: operation,
        in: 'path',
        name,
        schema: undefined,
        isRequired: true,
        isDeprecated: false,
      } as const;
      parameters.unshift({ ...spot, description: undefined, style: 'simple', explode: false, isJson: false });
    }
  const inOrder = (p: Parameter) => (p.in === 'path' ? names.indexOf(p.name) : names.length);
  return parameters.toSorted(
    (a, b) => inOrder(a) - inOrder(b) || Number(b.isRequired) - Number(a.isRequired),
  );
}

function read(library: Library, part: Part, fullName: string, notes: Notes): Parameter | string | undefined {
  const name = textOf(part, 'name');
  const place = textOf(part, 'in');
  if (name === undefined || place === undefined || name === '') {
    notes.problem(
      'OPENAPI_INVALID',
      part,
      `A parameter of ${fullName} has no name, or does not say where it is (in).`,
    );
    return undefined;
  }
  if (place === 'cookie') {
    notes.problem(
      'OPENAPI_SECURITY',
      part,
      `The cookie "${name}" of ${fullName} is not asked of clients.`,
      'Set it, or forward the header "cookie", with headers: of the source in the configuration.',
    );
    return undefined;
  }
  if (place === 'querystring') return `its whole query string is one parameter ("${name}")`;
  if (place !== 'path' && place !== 'query' && place !== 'header') {
    notes.problem(
      'OPENAPI_INVALID',
      part,
      `The parameter "${name}" of ${fullName} is in "${place}", which means nothing.`,
    );
    return undefined;
  }
  if (place === 'header' && OWN_HEADERS.includes(name.toLowerCase())) return undefined;
  const style = textOf(part, 'style') ?? (place === 'query' ? 'form' : 'simple');
  if (style === 'label' || style === 'matrix') return `its path parameter "${name}" has the style ${style}`;
  const [content] = library.entries(library.get(part, 'content'));
  const holder = content ? library.follow(content[1]) : part;
  const { value } = part;
  return {
    part,
    name,
    in: place,
    schema: library.entries(holder).find(([key]) => key === 'schema')?.[1],
    isRequired: place === 'path' || flagOf(part, 'required'),
    isDeprecated: flagOf(part, 'deprecated'),
    description: textOf(part, 'description'),
    style,
    explode: isObject(value) && typeof value['explode'] === 'boolean' ? value['explode'] : style === 'form',
    isJson: content !== undefined,
  };
}
