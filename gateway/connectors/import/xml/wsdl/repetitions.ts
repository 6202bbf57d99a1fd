import { problemOf } from '../source.ts';
import type { Description } from './description.ts';
import type { Protocol, WsdlOperation } from './operation.ts';

const PREFERENCE: readonly Protocol[] = ['soap11', 'soap12', 'http'];

/** A service offers the same operations at several ports: one is enough. */
export function withoutRepetitions(
  operations: readonly WsdlOperation[],
  description: Description,
): WsdlOperation[] {
  const kept = new Map<string, WsdlOperation[]>();
  for (const protocol of PREFERENCE)
    for (const operation of operations.filter((o) => o.protocol === protocol)) {
      const same = kept.get(operation.name) ?? [];
      kept.set(operation.name, same);
      const other = same.find((o) => o.port !== operation.port && repeats(operation, o));
      if (!other) same.push(operation);
      else
        description.problems.push(
          problemOf(
            operation.node,
            'hint',
            'IMPORT_WSDL_REPEATED',
            `${operation.fullName} is left out: ${other.fullName} does the same.`,
            `Name it to take it instead: --only "${operation.port}.*".`,
          ),
        );
    }
  const chosen = new Set([...kept.values()].flat());
  return operations.filter((o) => chosen.has(o));
}

/** An HTTP binding has port types of its own, whose messages have the parts of the SOAP message's elements. */
function repeats(a: WsdlOperation, b: WsdlOperation): boolean {
  if (a.protocol === b.protocol && a.address !== b.address) return false;
  if (a.protocol === 'http' || b.protocol === 'http') return a.protocol !== b.protocol;
  const elements = (o: WsdlOperation) => [...o.input, ...o.output].map((p) => p.element ?? p.type).join(' ');
  return elements(a) === elements(b);
}
