import { camelCase, pascalCase } from '../../names.ts';
import { UniqueNames } from '../../unique-names.ts';
import { fieldConnector, type Call } from './call.ts';
import type { OperationDefinition } from './definitions.ts';
import { queryName } from './naming.ts';

/** Calls as root fields; of equal names the first has the short one. */
export function rootFields(calls: readonly Call[]): OperationDefinition[] {
  const names = { Query: new UniqueNames(), Mutation: new UniqueNames() };
  return calls.map((call) => {
    const short = call.root === 'Query' ? queryName(call.name) : camelCase(call.name);
    const plain =
      call.isFinder || call.object !== undefined ? short.replace(/By(?:Id|Key|Code)$/, '') : short;
    const owner = camelCase(call.fullName.split('.')[0]!);
    const isFree = plain !== short && !calls.some((c) => c !== call && queryName(c.name) === plain);
    const name = names[call.root].take(
      isFree ? plain : short,
      camelCase(call.name),
      owner + pascalCase(call.name),
    );
    return {
      root: call.root,
      name,
      description: call.description,
      args: [...call.params, ...call.parts, ...call.headerParts].flatMap(({ field }) =>
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
