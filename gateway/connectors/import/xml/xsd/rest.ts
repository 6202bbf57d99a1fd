import type { Problem } from '../../../../problem.ts';
import { literal } from '../addresses.ts';
import type { Call } from '../graphql/call.ts';
import type { InputPart } from '../graphql/inputs.ts';
import { documentAnswer } from '../graphql/messages.ts';
import { isIdentifier } from '../graphql/builder.ts';
import { writtenKey } from '../graphql/xml-keys.ts';
import { camelCase, pascalCase } from '../../names.ts';
import type { Makers } from '../result.ts';
import { problemOf } from '../source.ts';
import { expanded, localOf, type ExpandedName, type XmlNode } from '../xml-node.ts';
import type { Components } from './components.ts';
import { XSD } from './components.ts';
import { isTrue } from '../xml-node.ts';
import type { Types } from './types.ts';

/** A call of a service that sends and takes documents. */
export interface RestOperation {
  readonly verb: Call['verb'];
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly request: ExpandedName | undefined;
  readonly response: ExpandedName | undefined;
}

type Read = RestOperation | { readonly problem: Problem };

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const CHANGES = { GET: '', POST: 'create', PUT: 'replace', PATCH: 'update', DELETE: 'delete' } as const;
/** A schema of many thousand elements is a vocabulary, and nobody asks for each of its words. */
const MAX_GUESSED = 200;

/** `GET /orders/{id} order`, `POST /orders newOrder order`. */
export function parseOperation(text: string, components: Components): Read {
  const [verb = '', path = '', ...elements] = text.trim().split(/\s+/);
  const method = VERBS.find((v) => v === verb.toUpperCase());
  const wrong = (message: string): Read => ({
    problem: {
      severity: 'error',
      code: 'IMPORT_BAD_OPERATION',
      message: `The operation "${text}" ${message}.`,
      fix: 'For instance "GET /orders/{id} order" or "POST /orders newOrder order".',
    },
  });
  if (!method) return wrong(`does not begin with one of ${VERBS.join(', ')}`);
  if (!path.startsWith('/')) return wrong('has no path that begins with "/"');
  if (/[{][^{}]*[^\w{}][^{}]*[}]|[{][}]|[{](?![^{}]*[}])/.test(path))
    return wrong('has a parameter that is no {name}');
  if (elements.length === 0 && method === 'GET') return wrong('does not say which element is the answer');
  if (elements.length > (method === 'GET' || method === 'DELETE' ? 1 : 2))
    return wrong('names too many elements');
  const names = elements.map((element) => globalElement(element, components));
  for (const [i, name] of names.entries())
    if (name === undefined)
      return wrong(`names the element "${elements[i]}", which the schema does not have`);
  const [first, second] = names;
  const hasRequest = method !== 'GET' && method !== 'DELETE';
  return {
    verb: method,
    path,
    request: hasRequest ? first : undefined,
    response: hasRequest ? second : first,
  };
}

/** By `{uri}name`, or by the name alone. */
function globalElement(name: string, components: Components): ExpandedName | undefined {
  const all = [...components.all('element').keys()];
  return all.find((e) => e === name) ?? all.find((e) => localOf(e) === name);
}

/** A GET for each sample, under its file's name; without samples for each element that is no part of another. */
export function guessedOperations(components: Components, types: Types, samples: readonly XmlNode[]): Read[] {
  const seen = new Set<ExpandedName>();
  const read = samples.map((sample): Read => {
    const name = expanded(sample.uri, sample.name);
    if (!components.all('element').has(name))
      return {
        problem: problemOf(
          sample,
          'warning',
          'IMPORT_SAMPLE',
          `The schema has no element "${name}", of which this is a document.`,
        ),
      };
    const file = sample.place().location.split(/[\\/]/).at(-1) ?? '';
    return { verb: 'GET', path: `/${encodeURIComponent(file)}`, request: undefined, response: name };
  });
  if (samples.length > 0)
    return read.filter((o) => 'problem' in o || (!seen.has(o.response!) && seen.add(o.response!)));
  const referenced = referencedElements(components, types);
  return [...components.all('element')]
    .filter(([name, { node }]) => !referenced.has(name) && !isTrue(node.attributes.get('abstract')))
    .slice(0, MAX_GUESSED)
    .map(([name]) => ({
      verb: 'GET',
      path: `/${encodeURIComponent(localOf(name))}`,
      request: undefined,
      response: name,
    }));
}

function referencedElements(components: Components, types: Types): Set<ExpandedName> {
  const found = new Set<ExpandedName>();
  const pending = (['element', 'type', 'group'] as const).flatMap((kind) => [
    ...components.all(kind).values(),
  ]);
  for (const component of pending) {
    const nodes = [component.node];
    for (const node of nodes) {
      nodes.push(...node.children.filter((c) => c.uri === XSD));
      const ref =
        node.name === 'element' ? node.attributes.get('ref') : node.attributes.get('substitutionGroup');
      const name = ref === undefined ? undefined : components.nameOf(ref, node, component);
      if (name !== undefined) found.add(name);
    }
  }
  // If everything is part of something, everything may be a document.
  const all = types.components.all('element');
  return [...all.keys()].every((name) => found.has(name)) ? new Set() : found;
}

/** As a field: a GET is a query; the document that is sent is one argument. */
export function restCall(
  operation: RestOperation,
  at: { upstream: string; path: string },
  types: Types,
  { builder, inputs, outputs }: Makers,
): Call {
  const { verb, path, request, response } = operation;
  const answered = response && types.element(response, types.components.all('element').get(response)!.node);
  const sent = request && types.element(request, types.components.all('element').get(request)!.node);
  const subject = localOf(response ?? request ?? lastSegment(path));
  const answer = answered
    ? documentAnswer(answered, [], pascalCase(subject), types, builder, outputs)
    : ({ type: 'Boolean', object: undefined, isList: false, selection: 'true' } as const);
  const params = paramsOf(path);
  const parts: InputPart[] = [];
  const choice = sent && types.choiceOf(sent);
  if (sent) {
    const input = inputs.element(choice ?? sent, true, false, 'input');
    const field = {
      name: 'input',
      type: input.type,
      isRequired: input.isRequired,
      description: sent.description,
    };
    parts.push({ field, key: '', write: input.write, line: input.write });
  }
  const key = sent && !choice ? writtenKey(builder.keys.element(sent.name)) : undefined;
  return {
    ...answer,
    name: verb === 'GET' ? subject : `${CHANGES[verb]} ${subject}`,
    fullName: `${verb} ${path}`,
    root: verb === 'GET' ? 'Query' : 'Mutation',
    upstream: at.upstream,
    verb,
    path: (from) => {
      let i = 0;
      const own = path.replace(/\{\w+\}|[^{}]+/g, (part) =>
        part.startsWith('{') ? `{${from(i++)}}` : literal(part),
      );
      return at.path.replace(/\/$/, '') + own;
    },
    headers: [],
    headerParts: [],
    params,
    parts,
    body: sent && ((content) => (key === undefined ? content : `${key}: ${content}`)),
    description: answered?.description,
    isFinder: false,
  };
}

/** `/orders/{id}` → `order`: one of them. */
function lastSegment(path: string): string {
  const named = path
    .replace(/\?.*$/, '')
    .split('/')
    .filter((segment) => segment !== '' && !segment.includes('{'));
  const last = named.at(-1) ?? 'document';
  return path.endsWith('}') ? last.replace(/ies$/, 'y').replace(/s$/, '') : last;
}

/** A parameter of the path names something; one behind the `?` may be left out. */
function paramsOf(path: string): InputPart[] {
  const [segments = ''] = path.split('?');
  return [...path.matchAll(/\{(\w+)\}/g)].map(({ 1: param, index }) => {
    const isSegment = index < segments.length;
    const name = camelCase(param!);
    const field = {
      name,
      type: isSegment || isIdentifier(name) ? 'ID' : 'String',
      isRequired: isSegment,
      description: undefined,
    };
    const write = (from: string) => from;
    return { field, key: param!, write, line: write };
  });
}
