import type { Problem } from '../../../problem.ts';
import type { OpenapiDocument } from './document.ts';

/** A value of a document: what problems are told about. */
export interface Spot {
  readonly document: OpenapiDocument;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
}

const SEVERITIES = {
  OPENAPI_INVALID: 'error',
  OPENAPI_REF_NOT_FOUND: 'error',
  OPENAPI_REF_CYCLE: 'error',
  OPENAPI_REF_REFUSED: 'error',
  OPENAPI_NO_SERVER: 'error',
  OPENAPI_EMPTY: 'error',
  OPENAPI_LEFT_OUT: 'warning',
  OPENAPI_AS_JSON: 'warning',
  OPENAPI_DUPLICATE: 'warning',
  OPENAPI_SECURITY: 'hint',
  OPENAPI_PAGINATION: 'hint',
  OPENAPI_NO_BATCH: 'hint',
} as const;

const MAX_MESSAGE = 600;

export type NoteCode = keyof typeof SEVERITIES;

/** Collects what there is to tell about a description, and finds lines and columns once, at the end. */
export class Notes {
  readonly #subgraph: string;
  readonly #found = new Map<string, { problem: Problem; spot: Spot | undefined }>();
  #hasErrors = false;

  constructor(subgraph: string) {
    this.#subgraph = subgraph;
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  problem(code: NoteCode, spot: Spot | undefined, told: string, fix?: string): void {
    // References and names are told as they are written, and may be as long as the document.
    const message = told.length > MAX_MESSAGE ? `${told.slice(0, MAX_MESSAGE).toWellFormed()}…` : told;
    const severity = SEVERITIES[code];
    if (severity === 'error') this.#hasErrors = true;
    const key = `${code} ${spot?.document.location} ${spot?.pointer} ${message}`;
    if (this.#found.has(key)) return;
    const problem = { severity, code, message, subgraph: this.#subgraph, ...(fix !== undefined && { fix }) };
    this.#found.set(key, { problem, spot });
  }

  problems(): Problem[] {
    const found = [...this.#found.values()];
    const documents = new Set(found.flatMap((f) => (f.spot ? [f.spot.document] : [])));
    const places = new Map(
      [...documents].map((document) => [
        document,
        document.places(found.flatMap((f) => (f.spot?.document === document ? [f.spot.pointer] : []))),
      ]),
    );
    return found
      .map(({ problem, spot }): Problem => {
        if (!spot) return problem;
        const place = places.get(spot.document)?.get(spot.pointer);
        return { ...problem, file: spot.document.name, ...place };
      })
      .toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
  }
}

const RANK = { error: 0, warning: 1, hint: 2 } as const;
