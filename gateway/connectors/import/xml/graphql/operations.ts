import { fieldName, typeName, unique } from '../names.ts';
import { fieldConnector, type Call } from './call.ts';
import type { OperationDefinition } from './definitions.ts';
import { queryName } from './naming.ts';

/** Calls as root fields; of equal names the first has the short one. */
export function rootFields(calls: readonly Call[]): OperationDefinition[] {
  const taken = { Query: new Set<string>(), Mutation: new Set<string>() };
  return calls.map((call) => {
    const short = call.root === 'Query' ? queryName(call.name) : fieldName(call.name);
    const plain =
      call.isFinder || call.object !== undefined ? short.replace(/By(?:Id|Key|Code)$/, '') : short;
    const owner = fieldName(call.fullName.split('.')[0]!);
    const isFree = plain !== short && !calls.some((c) => c !== call && queryName(c.name) === plain);
    const name = unique(
      taken[call.root],
      isFree ? plain : short,
      fieldName(call.name),
      owner + typeName(call.name),
    );
    return {
      root: call.root,
      name,
      description: call.description,
      args: [...call.params, ...call.parts].flatMap(({ field }) =>
        field
          ? [
              {
                name: field.name,
                type: field.type + (field.isRequired ? '!' : ''),
                description: field.description,
              },
            ]
          : [],
      ),
      type: call.type,
      connector: fieldConnector(call),
    };
  });
}
