import type { Problem } from '../../../problem.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { Addresses, literal } from './addresses.ts';
import type { Call } from './graphql/call.ts';
import { readsOnly } from './graphql/naming.ts';
import { declaredPrefixes } from './graphql/xml-keys.ts';
import { acceptor } from '../only.ts';
import { buildSchema, guarded, hasErrors, tidy } from './result.ts';
import { Documents, problemOf, type DescriptionSource } from './source.ts';
import { callOf } from './wsdl/call.ts';
import { Description } from './wsdl/description.ts';
import { ENVELOPES, WSDL, WSDL_20 } from './wsdl/namespaces.ts';
import { readOperations } from './wsdl/operations.ts';
import type { WsdlOperation } from './wsdl/operation.ts';
import { Components, XSD } from './xsd/components.ts';
import { Types } from './xsd/types.ts';

export interface WsdlOptions extends ImportOptions {
  /** Of the service, in place of the addresses that the description names. */
  readonly url?: string;
  /** Full names (`port.operation`, with `*`) of operations that change nothing, although their names do not say so. */
  readonly queries?: readonly string[];
}

/**
 * A subgraph made of a WSDL 1.1 description: document/literal and rpc/literal over SOAP 1.1 and 1.2, and HTTP GET.
 * What it cannot take over is told, with its place; without anything left, or with a description that is wrong, there
 * is no subgraph.
 */
export async function importWsdl(source: DescriptionSource, options: WsdlOptions): Promise<ImportResult> {
  const documents = new Documents(source);
  const components = new Components(documents);
  const description = new Description(documents, components);
  const root = await documents.first();
  const refusal = root && refusalOf(root.uri, root.name);
  if (root && refusal !== undefined)
    documents.problems.push(problemOf(root, 'error', 'IMPORT_WSDL_INVALID', refusal.message, refusal.fix));
  else if (root) await description.add(root);
  const collected = (): Problem[] =>
    tidy([...documents.problems, ...components.problems, ...description.problems]);
  if (!root || hasErrors(collected())) return { problems: collected() };

  return guarded(options, collected, () => {
    const types = new Types(components);
    const accepts = acceptor(options.only);
    const operations = readOperations(description, accepts);
    const addresses = new Addresses(options.name);
    const isQuery = acceptor(options.queries ?? []);
    const calls = operations.flatMap((operation) => {
      const at = placeOf(operation, options, addresses, description.problems);
      const root = operation.protocol === 'http' || readsOnly(operation.name) || isQuery(operation.fullName);
      return at ? [{ operation, ...at, root: root ? ('Query' as const) : ('Mutation' as const) }] : [];
    });
    const prefixes = declaredPrefixes(description.roots);
    for (const [uri, prefix] of [
      [ENVELOPES.soap11, 'soap'],
      [ENVELOPES.soap12, 'soap12'],
    ] as const)
      prefixes.set(uri, prefix);
    const built = buildSchema(
      {
        types,
        prefixes,
        prefixed: new Set(Object.values(ENVELOPES)),
        calls: (makers) => calls.map((call): Call => callOf(call, types, makers)),
      },
      options.source,
    );
    if (calls.some((c) => c.root === 'Mutation') && built)
      description.problems.push(mutationsHint(calls, options));
    if (built && calls.every((c) => c.root === 'Mutation'))
      description.problems.push({
        severity: 'warning',
        code: 'IMPORT_NO_QUERY',
        message: 'No operation is a query, and a graph without any query cannot be composed.',
        file: options.source,
        fix: 'Name those that change nothing (--query "*"), or compose it with other subgraphs.',
      });
    const problems = tidy([...collected(), ...(built?.problems ?? [])]);
    if (hasErrors(problems)) return { problems };
    if (built) return { sdl: built.sdl, upstreams: addresses.upstreams, files: new Map(), problems };
    const message = options.only
      ? `No operation is left that matches ${options.only.join(', ')}.`
      : 'The description has no operation that can be called.';
    return { problems: [...problems, problemOf(root, 'error', 'IMPORT_NOTHING', message)] };
  });
}

function refusalOf(uri: string, name: string): { message: string; fix?: string } | undefined {
  if (uri === WSDL && name === 'definitions') return undefined;
  if (uri === WSDL_20)
    return {
      message: 'The description is WSDL 2.0, and only WSDL 1.1 is read.',
      fix: 'Ask the service for ?wsdl of version 1.1.',
    };
  if (uri === XSD)
    return {
      message: 'The document is an XML Schema without a service.',
      fix: 'Import it with: sluice import xsd.',
    };
  return { message: `The document is <${name}>, and no WSDL 1.1 description.` };
}

/** Upstream and path of an operation; undefined if it has an address where nobody can call. */
function placeOf(
  { address, location, fullName, node }: WsdlOperation,
  { url }: WsdlOptions,
  addresses: Addresses,
  problems: Problem[],
): { upstream: string; path: string } | undefined {
  const given = url ?? address;
  if (given === undefined)
    problems.push(
      problemOf(
        node.parent,
        'warning',
        'IMPORT_NO_ADDRESS',
        'The description does not say where the service is; http://localhost stands for it.',
        'Name it: --url https://…',
      ),
    );
  const at = addresses.at(given ?? 'http://localhost/');
  if (!at)
    problems.push(
      problemOf(
        node,
        'warning',
        'IMPORT_WSDL_UNSUPPORTED',
        `${fullName} is left out: its address "${given}" is not http or https.`,
        'Name the address: --url https://…',
      ),
    );
  return (
    at && { ...at, path: location === '' ? at.path : at.path.replace(/\/$/, '') + literalPath(location) }
  );
}

/** Parts in round brackets (http:urlReplacement) are filled later. */
const literalPath = (location: string): string =>
  literal(location.startsWith('/') ? location : `/${location}`);

function mutationsHint(
  calls: readonly { operation: WsdlOperation; root: string }[],
  options: WsdlOptions,
): Problem {
  const names = calls.filter((c) => c.root === 'Mutation').map((c) => c.operation.name);
  const listed = names.slice(0, 5).join(', ') + (names.length > 5 ? ' …' : '');
  return {
    severity: 'hint',
    code: 'IMPORT_MUTATIONS',
    message: `Their names do not say that they only read, so that these are mutations: ${listed}.`,
    file: options.source,
    fix: 'Name those that change nothing: --query "port.operation".',
  };
}
