import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type SluiceError } from '../errors.ts';

export type ErrorPath = readonly (string | number)[];

/** Told about each error that is masked, with the id that the client sees. */
export type OnInternalError = (error: SluiceError, id: string) => void;

/** The errors of one answer, formatted for the client, at most `maxErrors` and one that says how many more. */
export class ErrorLog {
  readonly #entries: GraphQLFormattedError[] = [];
  readonly #maxErrors: number;
  readonly #onInternalError: OnInternalError;
  /** Ids of masked errors: one error at many places is logged once. */
  #masked: Map<SluiceError, string> | undefined;
  #total = 0;
  readonly #told = new Set<SluiceError>();

  constructor(maxErrors: number, onInternalError: OnInternalError) {
    this.#maxErrors = maxErrors;
    this.#onInternalError = onInternalError;
  }

  /** How many there are, also beyond the cap. */
  get total(): number {
    return this.#total;
  }

  add(error: SluiceError, path?: ErrorPath): void {
    this.#total += 1;
    this.#told.add(error);
    if (this.#total <= this.#maxErrors) this.#entries.push(this.#format(error, path));
  }

  /** Whether the error has been told, wherever. */
  has(error: SluiceError): boolean {
    return this.#told.has(error);
  }

  /** `undefined` = none, so that the answer has no `errors`. */
  entries(): GraphQLFormattedError[] | undefined {
    if (this.#total === 0) return undefined;
    const more = this.#total - this.#entries.length;
    if (more === 0) return this.#entries;
    return [
      ...this.#entries,
      {
        message: `${more} more ${more === 1 ? 'error' : 'errors'}; only the first ${this.#maxErrors} are told.`,
        extensions: { code: this.#entries.at(-1)?.extensions?.['code'], omittedErrors: more },
      },
    ];
  }

  #format(error: SluiceError, path: ErrorPath | undefined): GraphQLFormattedError {
    const at = path === undefined ? {} : { path };
    if (ERROR_CODES[error.code].family === 'internal') {
      const id = this.#maskedId(error);
      return {
        message: `Internal server error (id ${id}).`,
        ...at,
        extensions: { code: error.code, id },
      };
    }
    return { message: error.message, ...at, extensions: { code: error.code, ...error.extensions } };
  }

  #maskedId(error: SluiceError): string {
    this.#masked ??= new Map();
    let id = this.#masked.get(error);
    if (id === undefined) {
      id = randomUUID();
      this.#masked.set(error, id);
      this.#onInternalError(error, id);
    }
    return id;
  }
}
