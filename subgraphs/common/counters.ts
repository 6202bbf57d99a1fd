/** Numbers by operation, e.g. `{"users.v1.UserService/GetUser": 3}` or `{"GET /orders/{id}": 3}`. */
export interface CounterSnapshot {
  /** Calls received, whatever became of them. */
  readonly calls: Readonly<Record<string, number>>;
  /** Ids (keys) asked for, summed over the calls; duplicates within a call count each time. */
  readonly keys: Readonly<Record<string, number>>;
  /** Calls whose work was given up because the caller cancelled or the deadline passed. */
  readonly cancelled: Readonly<Record<string, number>>;
}

/** Counts what a backend was asked, so that a test can prove how many calls a query cost. */
export class CallCounters {
  readonly #calls = new Map<string, number>();
  readonly #keys = new Map<string, number>();
  readonly #cancelled = new Map<string, number>();

  /** @param keys how many ids the call asks for; left out when the operation takes none. */
  call(operation: string, keys?: number): void {
    add(this.#calls, operation, 1);
    if (keys !== undefined) add(this.#keys, operation, keys);
  }

  cancelled(operation: string): void {
    add(this.#cancelled, operation, 1);
  }

  snapshot(): CounterSnapshot {
    return {
      calls: Object.fromEntries(this.#calls),
      keys: Object.fromEntries(this.#keys),
      cancelled: Object.fromEntries(this.#cancelled),
    };
  }

  reset(): void {
    this.#calls.clear();
    this.#keys.clear();
    this.#cancelled.clear();
  }
}

function add(counts: Map<string, number>, operation: string, amount: number): void {
  counts.set(operation, (counts.get(operation) ?? 0) + amount);
}
