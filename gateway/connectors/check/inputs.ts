import { isInputObjectType } from 'graphql';
import type { Problem } from '../../problem.ts';
import { problemInText } from '../location.ts';
import type { OutputShape } from '../mapping/mapping.ts';
import type { ConnectorModel, TypeMapping } from '../model.ts';
import { didYouMean } from '../suggest.ts';

/** `@mapping` on inputs: what they read is there. */
export function checkInputs(model: ConnectorModel): Problem[] {
  return [...model.inputMappings].flatMap(([typeName, mapping]) => {
    const type = model.schema.getType(typeName);
    const [read] = mapping.byDialect.values();
    if (!isInputObjectType(type) || !read) return [];
    return unknownFields(read.shape, typeName, Object.keys(type.getFields()), mapping);
  });
}

function unknownFields(
  shape: OutputShape,
  typeName: string,
  known: readonly string[],
  mapping: TypeMapping,
): Problem[] {
  if (shape.kind !== 'object' || !mapping.selection) return [];
  const { selection } = mapping;
  return [...shape.fields.values()].flatMap(({ source, offset }) => {
    const [name] = source ?? [];
    if (name === undefined || known.includes(name)) return [];
    return [
      problemInText(selection, offset, {
        code: 'SELECTION_UNKNOWN_FIELD',
        message: `The mapping reads "${name}", but the input ${typeName} has no such field.`,
        fix: didYouMean(name, known),
      }),
    ];
  });
}
