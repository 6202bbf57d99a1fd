import type { ImportedUpstream } from '../imported.ts';

/** The upstreams of a description: one for each origin, the first with the subgraph's name. */
export class Addresses {
  readonly #name: string;
  readonly #byOrigin = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
  }

  /** The upstream of an address, and what of the address stands in each path. Undefined if it is not http(s). */
  at(address: string): { upstream: string; path: string } | undefined {
    if (!URL.canParse(address)) return undefined;
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
    let upstream = this.#byOrigin.get(url.origin);
    if (upstream === undefined) {
      upstream = this.#byOrigin.size === 0 ? this.#name : `${this.#name}${this.#byOrigin.size + 1}`;
      this.#byOrigin.set(url.origin, upstream);
    }
    return { upstream, path: literal(url.pathname + url.search) };
  }

  get upstreams(): Record<string, ImportedUpstream> {
    return Object.fromEntries(
      [...this.#byOrigin].map(([url, name]) => [name, { wire: 'xml', url } as const]),
    );
  }
}

/** As text of a template. */
export const literal = (path: string): string =>
  path.replace(/[{}"\\^`|<> ]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
