import type { Problem } from '../../../problem.ts';
import type { ImportOptions, ImportResult } from '../imported.ts';
import { Addresses } from './addresses.ts';
import { declaredPrefixes } from './graphql/xml-keys.ts';
import { acceptor } from '../only.ts';
import { buildSchema, guarded, hasErrors, tidy } from './result.ts';
import { Documents, problemOf, type DescriptionSource } from './source.ts';
import type { XmlNode } from './xml-node.ts';
import { Components, XSD } from './xsd/components.ts';
import { checkSample } from './xsd/samples.ts';
import { guessedOperations, parseOperation, restCall, type RestOperation } from './xsd/rest.ts';
import { Types } from './xsd/types.ts';

export interface XsdOptions extends ImportOptions {
  /** Of the service. */
  readonly url?: string;
  /** Further schemas, and sample documents: locations as of the source. */
  readonly files?: readonly string[];
  /**
   * What can be called: `GET /orders/{id} order`, `POST /orders newOrder order`: method, path, element of the request
   * (for methods that have one), element of the answer. Absent: a GET for each sample, else for each document element.
   */
  readonly operations?: readonly string[];
}

/** A subgraph made of the XML Schema of a service that speaks XML over HTTP. */
export async function importXsd(source: DescriptionSource, options: XsdOptions): Promise<ImportResult> {
  const documents = new Documents(source);
  const components = new Components(documents);
  const roots: XmlNode[] = [];
  const samples: XmlNode[] = [];
  for (const location of [source.location, ...(options.files ?? [])]) {
    const root = await documents.at(location);
    if (!root) continue;
    if (root.uri === XSD && root.name === 'schema') {
      roots.push(root);
      await components.add(root);
    } else samples.push(root);
  }
  const own: Problem[] = [];
  const collected = (): Problem[] => tidy([...documents.problems, ...components.problems, ...own]);
  if (roots.length === 0)
    own.push({
      severity: 'error',
      code: 'IMPORT_NOTHING',
      message: 'None of the documents is an XML Schema.',
      file: options.source,
    });
  if (hasErrors(collected())) return { problems: collected() };

  return guarded(options, collected, () => {
    const types = new Types(components);
    const accepts = acceptor(options.only);
    const guessed = options.operations ? [] : guessedOperations(components, types, samples);
    const operations = [
      ...(options.operations ?? []).map((text) => parseOperation(text, components)),
      ...guessed,
    ].flatMap((read): RestOperation[] => {
      if ('problem' in read) {
        own.push({ ...read.problem, file: read.problem.file ?? options.source });
        return [];
      }
      return accepts(`${read.verb} ${read.path}`) ? [read] : [];
    });
    for (const sample of samples) own.push(...checkSample(sample, components, types));
    if (guessed.length > 0)
      own.push({
        severity: 'hint',
        code: 'IMPORT_GUESSED_PATHS',
        message: 'A schema does not say where documents are: the paths are guessed.',
        file: options.source,
        fix: 'Correct them, or name them: --operation "GET /orders/{id} order".',
      });
    if (options.url === undefined)
      own.push({
        severity: 'warning',
        code: 'IMPORT_NO_ADDRESS',
        message: 'A schema does not say where the service is; http://localhost stands for it.',
        file: options.source,
        fix: 'Name it: --url https://…',
      });
    const addresses = new Addresses(options.name);
    const at = addresses.at(options.url ?? 'http://localhost/');
    if (!at)
      own.push({
        severity: 'error',
        code: 'IMPORT_NO_ADDRESS',
        message: `"${options.url}" is not an http or https address.`,
        file: options.source,
      });
    const built =
      at &&
      buildSchema(
        {
          types,
          prefixes: declaredPrefixes(roots),
          prefixed: new Set(),
          calls: (makers) => operations.map((operation) => restCall(operation, at, types, makers)),
        },
        options.source,
      );
    const problems = tidy([...collected(), ...(built?.problems ?? [])]);
    if (hasErrors(problems)) return { problems };
    if (built) return { sdl: built.sdl, upstreams: addresses.upstreams, files: new Map(), problems };
    const message = options.only
      ? `No operation is left that matches ${options.only.join(', ')}.`
      : 'The schema has no element that could be a document.';
    return { problems: [...problems, problemOf(roots[0], 'error', 'IMPORT_NOTHING', message)] };
  });
}
