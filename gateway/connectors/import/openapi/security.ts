import type { Library } from './library.ts';
import type { Part } from './part.ts';
import { isObject, textOf } from './part.ts';
import type { Notes } from './notes.ts';
import type { Parameter } from './parameters.ts';
import { camelCase } from '../names.ts';

export interface Security {
  /** Headers, in lower case, that say who asks: no argument of a field. */
  readonly headers: ReadonlySet<string>;
  /** Query parameters that say who asks, and the value of `$config` that they get. */
  readonly queryParameters: ReadonlyMap<string, string>;
}

/** How the API is told who asks: never by clients of the graph, always by the configuration. */
export function readSecurity(library: Library, subgraph: string, notes: Notes): Security {
  const headers = new Set<string>();
  const queryParameters = new Map<string, string>();
  const components = library.get(library.root, 'components');
  const used = usedSchemes(library);
  for (const [name, entry] of library.entries(components && library.get(components, 'securitySchemes'))) {
    const scheme = used.has(name) ? library.follow(entry) : undefined;
    if (!scheme) continue;
    const type = textOf(scheme, 'type');
    const key = textOf(scheme, 'name') ?? '';
    const place = textOf(scheme, 'in');
    const source = `connectors.sources.${subgraph}.api`;
    if (type === 'apiKey' && place === 'query') {
      const variable = camelCase(key);
      queryParameters.set(key, variable);
      tell(
        scheme,
        name,
        `the query parameter "${key}"`,
        `Set ${source}.config.${variable} in the configuration.`,
      );
    } else if (type === 'apiKey' && (place === 'header' || place === 'cookie')) {
      const header = place === 'cookie' ? 'cookie' : key.toLowerCase();
      headers.add(header);
      tell(
        scheme,
        name,
        `the ${place} "${key}"`,
        `Set or forward the header "${header}" with ${source}.headers in the configuration.`,
      );
    } else if (type === 'mutualTLS') {
      tell(scheme, name, 'a client certificate', 'Make the calls through a proxy that has it.');
    } else {
      headers.add('authorization');
      tell(
        scheme,
        name,
        'the header "authorization"',
        `Set or forward it with ${source}.headers in the configuration.`,
      );
    }
  }
  return { headers, queryParameters };

  function tell(scheme: Part, name: string, what: string, fix: string): void {
    notes.problem(
      'OPENAPI_SECURITY',
      scheme,
      `The security scheme "${name}" wants ${what}; clients are not asked for it.`,
      fix,
    );
  }
}

/** Schemes that are demanded somewhere. */
function usedSchemes(library: Library): Set<string> {
  const used = new Set<string>();
  const add = (holder: Part | undefined) => {
    for (const [, requirement] of library.entries(holder && library.get(holder, 'security')))
      for (const name of isObject(requirement.value) ? Object.keys(requirement.value) : []) used.add(name);
  };
  add(library.root);
  for (const [, pathItem] of library.entries(library.get(library.root, 'paths')))
    for (const [, operation] of library.entries(pathItem)) if (isObject(operation.value)) add(operation);
  return used;
}

/** Whether a parameter only says who asks. */
export function isSecurity({ in: place, name }: Parameter, { headers, queryParameters }: Security): boolean {
  return place === 'header'
    ? headers.has(name.toLowerCase())
    : place === 'query' && queryParameters.has(name);
}
