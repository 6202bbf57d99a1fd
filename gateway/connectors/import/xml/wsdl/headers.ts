import { camelCase } from '../../names.ts';
import { UniqueNames } from '../../unique-names.ts';
import type { Builder } from '../graphql/builder.ts';
import type { InputPart } from '../graphql/inputs.ts';
import { writtenKey } from '../graphql/xml-keys.ts';
import type { Makers } from '../result.ts';
import { localOf } from '../xml-node.ts';
import type { Types } from '../xsd/types.ts';
import type { WsdlOperation } from './operation.ts';
import { elementOf } from './part-element.ts';

/** The headers of a request (WSDL 1.1 section 3.7) as arguments: all may be left out, as services want some of them. */
export function headerParts(
  { headers }: WsdlOperation,
  types: Types,
  parts: readonly InputPart[],
  { builder, inputs }: Makers,
): InputPart[] {
  const names = new UniqueNames(parts.flatMap(({ field }) => field?.name ?? []));
  return headers.flatMap((part): InputPart[] => {
    const use = elementOf(part, types);
    if (!use) return [];
    const local = camelCase(localOf(use.name));
    const name = names.take(local, `${local}Header`);
    const input = inputs.element(use, true, false, name);
    const said = [use.description, 'A header of the SOAP message.'].filter((text) => text !== undefined);
    const key = writtenKey(builder.keys.element(use.name));
    const { write } = input;
    const field = { name, type: input.type, isRequired: false, description: said.join('\n\n') };
    return [{ field, key, write, line: (from) => `${key}: ${from}?->echo(${write('@')})` }];
  });
}

/** The header of an envelope, ready to stand before the body; one that is not given is not sent. */
export function headersText(headers: readonly InputPart[], key: string): string {
  const [only, ...others] = headers;
  if (!only) return '';
  const argument = ({ field }: InputPart): string => `$args.${field!.name}`;
  if (others.length > 0) return `${key}: { ${headers.map((h) => h.line(argument(h))).join(' ')} } `;
  return `${key}: ${argument(only)}?->echo({ ${only.key}: ${only.write('@')} }) `;
}

/** Nothing that the description says of headers is dropped in silence. */
export function tellHeaders(operation: WsdlOperation, headers: readonly InputPart[], builder: Builder): void {
  const { fullName, node, answerHeaders } = operation;
  const names = headers.flatMap(({ field }) => field?.name ?? []);
  if (names.length > 0)
    builder.hint(
      node,
      'IMPORT_WSDL_HEADER',
      `${fullName}: its SOAP headers are arguments: ${names.join(', ')}.`,
      'Where clients are not to give them, write their values into the body beside soap:Body, and take the arguments out.',
    );
  if (answerHeaders.length > 0)
    builder.hint(
      node,
      'IMPORT_WSDL_HEADER',
      `${fullName}: the SOAP headers of its answer are left out: ${answerHeaders.join(', ')}.`,
      'Select them beside soap:Body, if somebody needs them.',
    );
}
