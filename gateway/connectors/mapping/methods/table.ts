import { argument } from './method.ts';
import { LIST_METHODS } from './lists.ts';
import { LOGIC_METHODS } from './logic.ts';
import { NUMBER_METHODS } from './numbers.ts';
import { OBJECT_METHODS, TEXT_METHODS } from './text.ts';
import type { Method } from './method.ts';

/** Methods with a syntax of their own are built by the compiler; only their signature is here. */
const special = (): never => {
  throw new Error('built by the compiler');
};

/**
 * Every `->method`. The versions are those of the public changelog of Apollo Connectors; for methods that it does
 * not name, the version current when they appeared. `has`, `keys`, `values`, `typeof` and `matchIf` are described in
 * the language's README but no release of Apollo's router offers them.
 */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    echo: { since: '0.1', minArgs: 1, maxArgs: 1, apply: (value, call) => argument(call, 0, value) },
    match: { since: '0.1', minArgs: 1, maxArgs: 255, apply: special },
    matchIf: { since: '0.4', minArgs: 1, maxArgs: 255, apply: special },
    as: { since: '0.3', minArgs: 1, maxArgs: 2, apply: special },
    ...LIST_METHODS,
    ...LOGIC_METHODS,
    ...NUMBER_METHODS,
    ...TEXT_METHODS,
    ...OBJECT_METHODS,
  } satisfies Record<string, Method>),
);
