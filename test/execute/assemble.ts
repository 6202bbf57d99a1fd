import type { GraphQLFormattedError } from 'graphql';
import type {
  ExecutionResult,
  IncrementalResult,
  PendingPart,
  SubsequentResult,
} from '../../gateway/compile/executable.ts';

type Path = readonly (string | number)[];

/** An answer put together by the rules of the protocol; it throws where one is broken. */
export interface Assembled {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
  /** Paths of parts that came with errors and without data. */
  readonly failed: readonly Path[];
  readonly payloads: readonly SubsequentResult[];
}

export function isInParts(result: ExecutionResult | IncrementalResult): result is IncrementalResult {
  return 'subsequent' in result;
}

/** @param repeats whether a field may come again */
export async function assemble(
  result: ExecutionResult | IncrementalResult,
  repeats: boolean,
): Promise<Assembled> {
  if (!isInParts(result)) {
    const copy = plain(result);
    return { data: copy.data, errors: copy.errors ?? [], failed: [], payloads: [] };
  }
  const initial = plain(result.initial);
  const payloads: SubsequentResult[] = [];
  const reader = new Reader(initial.data, repeats);
  const errors = [...(initial.errors ?? [])];
  reader.open(plain(result.pending));
  if (result.pending.length === 0) throw new Error('nothing is pending');
  let hasNext = true;
  for await (const raw of result.subsequent) {
    if (!hasNext) throw new Error('a payload after the last');
    const payload = plain(raw);
    payloads.push(payload);
    ({ hasNext } = payload);
    errors.push(...reader.take(payload));
  }
  if (hasNext) throw new Error('the last payload says that there is another one');
  reader.end();
  return { data: reader.data, errors, failed: reader.failed, payloads };
}

class Reader {
  readonly data: unknown;
  readonly failed: Path[] = [];
  readonly #repeats: boolean;
  readonly #pending = new Map<string, PendingPart>();
  readonly #ids = new Set<string>();

  constructor(data: unknown, repeats: boolean) {
    this.data = data;
    this.#repeats = repeats;
  }

  open(pending: readonly PendingPart[]): void {
    for (const part of pending) {
      if (this.#ids.has(part.id)) throw new Error(`the id ${part.id} is used twice`);
      this.#ids.add(part.id);
      this.#pending.set(part.id, part);
    }
  }

  take({ pending = [], incremental = [], completed = [] }: SubsequentResult): GraphQLFormattedError[] {
    const errors: GraphQLFormattedError[] = [];
    this.open(pending);
    for (const { id, subPath = [], data, items, errors: own = [] } of incremental) {
      const part = this.#pending.get(id);
      if (!part) throw new Error(`data for ${id}, which is not pending`);
      errors.push(...own);
      const target = this.#at([...part.path, ...subPath]);
      if (target === undefined) continue;
      if (items) {
        if (!Array.isArray(target)) throw new Error(`items for something else than a list`);
        if (part.itemsFrom === undefined) throw new Error('items for a fragment');
        for (const [index, item] of items.entries()) this.#setItem(target, part.itemsFrom + index, item);
      } else this.#merge(target, data);
    }
    for (const { id, errors: own } of completed) {
      const part = this.#pending.get(id);
      if (!part) throw new Error(`${id} is completed, and was not pending`);
      this.#pending.delete(id);
      if (!own) continue;
      if (own.length === 0) throw new Error('a part failed without an error');
      errors.push(...own);
      this.failed.push(part.path);
    }
    // Whatever is told to be pending is a place that the client has.
    for (const { path } of pending) this.#at(path);
    return errors;
  }

  end(): void {
    if (this.#pending.size > 0) throw new Error(`never completed: ${[...this.#pending.keys()].join()}`);
  }

  #at(path: Path): unknown {
    let value = this.data;
    for (const key of path) {
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string | number, unknown>)[key]
          : undefined;
      if (value !== undefined && value !== null) continue;
      // Another fragment may have failed at the same place.
      if (this.#repeats) return undefined;
      throw new Error(`nothing is at ${path.join('.')}`);
    }
    return value;
  }

  #setItem(target: unknown[], index: number, item: unknown): void {
    if (index < target.length) {
      if (!this.#repeats) throw new Error(`item ${index} came twice`);
      this.#merge(target[index], item);
    } else if (index > target.length) throw new Error(`item ${index} came before item ${target.length}`);
    else target.push(item);
  }

  #merge(target: unknown, source: unknown): void {
    if (Array.isArray(target) && Array.isArray(source)) {
      for (const [index, item] of source.entries())
        if (index >= target.length || item === null || target[index] === null) target[index] = item;
        else this.#merge(target[index], item);
      return;
    }
    if (typeof target !== 'object' || target === null || typeof source !== 'object' || source === null) {
      if (JSON.stringify(target) !== JSON.stringify(source))
        throw new Error(`${JSON.stringify(source)} where ${JSON.stringify(target)} was told`);
      return;
    }
    const into = target as Record<string, unknown>;
    for (const [key, value] of Object.entries(source)) {
      if (!Object.hasOwn(into, key)) Object.defineProperty(into, key, { value, ...OWN });
      else if (!this.#repeats) throw new Error(`the field "${key}" came twice`);
      // A fragment that is complete in itself may have lost to a failure what others have, and the other way round.
      else if (value === null || into[key] === null) into[key] = value;
      else this.#merge(into[key], value);
    }
  }
}

const OWN = { enumerable: true, configurable: true, writable: true };

function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
