import type { Problem } from '../../../problem.ts';
import { MAX_DESCRIPTION_BYTES } from '../imported.ts';
import { readXml } from './read-xml.ts';
import type { XmlNode, XmlPlace } from './xml-node.ts';

/** Where the documents of a description come from: a folder, a server, a test's memory. */
export interface DescriptionSource {
  /** Of the document to begin with: a path or an address. */
  readonly location: string;
  /** The location that `reference`, written in the document at `from`, leads to; or why nobody goes there. */
  resolve(
    reference: string,
    from: string,
  ): { readonly location: string } | { readonly refusal: string; readonly fix: string };
  /** Rejects if it cannot be read, with a message that goes on after its name: `is not there`. */
  read(location: string): Promise<Uint8Array>;
}

/** A description of more documents is generated, or leads in circles. */
const MAX_DOCUMENTS = 1_000;

/** Documents, each read once; what is wrong with them is collected. */
export class Documents {
  readonly problems: Problem[] = [];
  readonly #source: DescriptionSource;
  readonly #read = new Map<string, Promise<XmlNode | undefined>>();
  #bytes = 0;

  constructor(source: DescriptionSource) {
    this.#source = source;
  }

  first(): Promise<XmlNode | undefined> {
    return this.#document(this.#source.location, undefined);
  }

  at(location: string): Promise<XmlNode | undefined> {
    return this.#document(location, undefined);
  }

  /** The document that an import names; undefined with a problem if there is none. */
  async follow(reference: string, node: XmlNode): Promise<{ root: XmlNode; location: string } | undefined> {
    const target = this.#source.resolve(reference, node.place().location);
    if ('refusal' in target) {
      this.problems.push(
        problemOf(
          node,
          'error',
          'IMPORT_LOCATION',
          `"${reference}" is not followed: ${target.refusal}`,
          target.fix,
        ),
      );
      return undefined;
    }
    const root = await this.#document(target.location, node);
    return root && { root, location: target.location };
  }

  #document(location: string, by: XmlNode | undefined): Promise<XmlNode | undefined> {
    let known = this.#read.get(location);
    if (!known) this.#read.set(location, (known = this.#load(location, by)));
    return known;
  }

  async #load(location: string, by: XmlNode | undefined): Promise<XmlNode | undefined> {
    const place = by?.place() ?? { location, line: 1, column: 1 };
    const refuse = (code: string, message: string, fix?: string): undefined =>
      void this.problems.push(problemAtPlace(place, 'error', code, message, fix));
    if (this.#read.size > MAX_DOCUMENTS)
      return refuse('IMPORT_TOO_LARGE', `The description has more than ${MAX_DOCUMENTS} documents.`);
    let bytes: Uint8Array;
    try {
      bytes = await this.#source.read(location);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return refuse(
        'IMPORT_LOCATION',
        `"${location}" ${code === undefined ? message : `cannot be read: ${code}`}.`,
        by ? 'Put the document there, or correct the location.' : 'Correct the path.',
      );
    }
    this.#bytes += bytes.byteLength;
    if (this.#bytes > MAX_DESCRIPTION_BYTES)
      return refuse(
        'IMPORT_TOO_LARGE',
        `The description is larger than ${MAX_DESCRIPTION_BYTES / 1024 / 1024} MiB (with "${location}").`,
      );
    const root = readXml(bytes, location);
    if (!('problem' in root)) return root;
    this.problems.push(root.problem);
    return undefined;
  }
}

export function problemOf(
  node: XmlNode | undefined,
  severity: Problem['severity'],
  code: string,
  message: string,
  fix?: string,
): Problem {
  return problemAtPlace(node?.place(), severity, code, message, fix);
}

function problemAtPlace(
  place: XmlPlace | undefined,
  severity: Problem['severity'],
  code: string,
  message: string,
  fix?: string,
): Problem {
  return {
    severity,
    code,
    message,
    ...(place && { file: place.location, line: place.line, column: place.column }),
    ...(fix !== undefined && { fix }),
  };
}
