import { getNamedType, isListType, isNonNullType } from 'graphql';
import type { Problem } from '../../problem.ts';
import { availableFrom, hasField } from '../available.ts';
import { problemAt, problemInText } from '../location.ts';
import type { SubgraphIndex } from '../subgraph-index.ts';
import type { Target } from '../target.ts';
import { variableUses } from '../uses.ts';
import { fieldOf } from './request.ts';

/** Batches: every answer can be matched to its key. Entity finders: their arguments are a key. */
export function checkBatch(index: SubgraphIndex): Problem[] {
  return index.targets.flatMap((target) => [...checkDeclared(target, index), ...checkFinder(target, index)]);
}

function checkDeclared({ connector, batch, message }: Target, index: SubgraphIndex): Problem[] {
  const usesBatch = variableUses(connector).some((u) => u.variable === '$batch');
  const node = connector.node.arguments?.find((a) => a.name.value === 'batch') ?? connector.node;
  // A list method on a type, without a request mapping, gets the keys by their name.
  const isImplied = connector.request.kind === 'grpc' && !connector.request.message;
  if (!usesBatch && !isImplied && (connector.batch?.items || connector.batch?.key))
    return [
      problemAt(node, {
        code: 'CONNECTOR_BAD_BATCH',
        message: `${connector.name} declares a batch but its request does not use $batch.`,
        fix: "Send the keys, for instance {$batch.id->joinNotNull(',')}.",
      }),
    ];
  if (!batch?.declared || !connector.selection) return [];
  if (connector.batch?.key) {
    const field = fieldOf(connector, index.model);
    const type = field && (isNonNullType(field.type) ? field.type.ofType : field.type);
    return connector.batch.many && !isListType(type)
      ? [
          problemAt(node, {
            code: 'CONNECTOR_BAD_BATCH',
            message: `${connector.name} takes many answers a key, but the field is not a list.`,
            fix: 'Leave out many: true, or make the field a list.',
          }),
        ]
      : [];
  }
  if (connector.fieldName !== undefined)
    return [
      problemAt(node, {
        code: 'CONNECTOR_BAD_BATCH',
        message: `${connector.name} sends many keys: batch.key must say to which key an answer belongs.`,
        fix: `Add batch: { items: "$.…", key: "${batch.keyPaths[0]?.[0] ?? 'id'}" }.`,
      }),
    ];
  const given = availableFrom(batch.selection?.shape, batch.message ?? message);
  const absent = [...new Set(batch.keyPaths.map(([head]) => head!))].filter((name) => !hasField(given, name));
  return absent.length === 0
    ? []
    : [
        problemInText(connector.selection.node, 0, {
          code: 'KEY_NOT_IN_SELECTION',
          message: `${connector.name} is asked by ${absent.join(', ')}, but its selection does not give ${absent.length > 1 ? 'them' : 'it'} back: answers cannot be matched to keys.`,
          fix: `Add ${absent.join(' ')} to the selection.`,
        }),
      ];
}

function checkFinder({ connector }: Target, index: SubgraphIndex): Problem[] {
  if (!connector.entity || connector.fieldName === undefined) return [];
  const at = connector.node.arguments?.find((a) => a.name.value === 'entity');
  const field = fieldOf(connector, index.model);
  if (connector.root !== 'query' || !field)
    return [
      problemAt(at, {
        code: 'ENTITY_FINDER',
        message: `entity: true stands on ${connector.name}, but only a field of Query can find an entity.`,
        fix: 'Put the connector on the type instead.',
      }),
    ];
  const typeName = getNamedType(field.type).name;
  const keys = (index.model.keys.get(typeName) ?? []).map((key) => key.map((path) => path.join('.')));
  const required = field.args
    .filter((a) => isNonNullType(a.type) && a.defaultValue === undefined)
    .map((a) => a.name);
  const names = new Set(field.args.map((a) => a.name));
  if (keys.some((key) => key.every((k) => names.has(k)) && required.every((r) => key.includes(r)))) return [];
  return [
    problemAt(at, {
      code: 'ENTITY_FINDER',
      message: `${connector.name} is to find a ${typeName} by its key, but its arguments (${[...names].join(', ') || 'none'}) are no key of ${typeName}.`,
      fix:
        keys.length > 0
          ? `Take the arguments ${keys[0]!.join(', ')}.`
          : `Add @key(fields: "${required.join(' ')}") to ${typeName}.`,
    }),
  ];
}
