import type { Problem } from '../problem.ts';
import { suggest } from './suggest.ts';

/** What is said to who names a variant that there is not. Undefined = there is one of that name. */
export function unknownVariant(name: string, variants: Iterable<string>): Problem | undefined {
  const known = [...variants];
  if (known.includes(name)) return undefined;
  const meant = suggest(name, known);
  return {
    severity: 'error',
    code: 'VARIANT_UNKNOWN',
    message: `There is no variant "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
    fix:
      known.length === 0
        ? 'There are none: docs/variants.md tells how the configuration makes them.'
        : `The variants are: ${known.join(', ')}.`,
  };
}
