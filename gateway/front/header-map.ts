import { HeaderMap } from '@apollo/server';
import type { Headers } from '../upstreams/upstream.ts';

/** The request's headers as Apollo Server reads them, without copying them: it asks for three or four by name. */
export class RequestHeaderMap extends HeaderMap {
  readonly #headers: Headers;

  constructor(headers: Headers) {
    super();
    this.#headers = headers;
  }

  override get(name: string): string | undefined {
    return this.#headers[name.toLowerCase()];
  }
  override has(name: string): boolean {
    return this.#headers[name.toLowerCase()] !== undefined;
  }
  override get size(): number {
    return Object.keys(this.#headers).length;
  }
  override *entries(): MapIterator<[string, string]> {
    yield* Object.entries(this.#headers);
  }
  override *keys(): MapIterator<string> {
    yield* Object.keys(this.#headers);
  }
  override *values(): MapIterator<string> {
    yield* Object.values(this.#headers);
  }
  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }
  override forEach(visit: (value: string, name: string, map: Map<string, string>) => void): void {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }
}
