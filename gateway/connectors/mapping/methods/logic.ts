import { equal, toNumber } from '../values.ts';
import { argument } from './method.ts';
import type { Call, Method } from './method.ts';

type Ordered = number | bigint | string;

function same(value: unknown, call: Call): boolean | undefined {
  const other = argument(call, 0, value);
  return other === undefined ? undefined : equal(value, other, call.dialect);
}

function different(value: unknown, call: Call): boolean | undefined {
  const verdict = same(value, call);
  return verdict === undefined ? undefined : !verdict;
}

/** Numbers compare with numbers and texts with texts; anything else has no order. */
function compare(holds: (left: Ordered, right: Ordered) => boolean): Method['apply'] {
  return (value, call) => {
    const other = argument(call, 0, value);
    if (typeof value === 'string' && typeof other === 'string') return holds(value, other);
    const left = toNumber(value, call.dialect);
    const right = toNumber(other, call.dialect);
    return left === undefined || right === undefined ? undefined : holds(left, right);
  };
}

/** `->and` (stops at the first false) and `->or` (stops at the first true). */
function connective(stopAt: boolean): Method['apply'] {
  return (value, call) => {
    if (typeof value !== 'boolean') return undefined;
    if (value === stopAt) return value;
    for (let index = 0; index < call.args.length; index += 1) {
      const next = argument(call, index, value);
      if (typeof next !== 'boolean') return undefined;
      if (next === stopAt) return stopAt;
    }
    return !stopAt;
  };
}

const one = { since: '0.3', minArgs: 1, maxArgs: 1 } as const;
const some = { since: '0.3', minArgs: 1, maxArgs: 255 } as const;

export const LOGIC_METHODS: Readonly<Record<string, Method>> = {
  eq: { ...one, apply: same },
  ne: { ...one, apply: different },
  lt: { ...one, apply: compare((left, right) => left < right) },
  lte: { ...one, apply: compare((left, right) => left <= right) },
  gt: { ...one, apply: compare((left, right) => left > right) },
  gte: { ...one, apply: compare((left, right) => left >= right) },
  and: { ...some, apply: connective(false) },
  or: { ...some, apply: connective(true) },
  not: {
    since: '0.3',
    minArgs: 0,
    maxArgs: 0,
    apply: (value) => (typeof value === 'boolean' ? !value : undefined),
  },
};
