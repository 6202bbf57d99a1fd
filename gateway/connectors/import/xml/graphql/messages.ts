import { camelCase } from '../../names.ts';
import { localOf, type ExpandedName } from '../xml-node.ts';
import { EMPTY_CONTENT } from '../xsd/content.ts';
import type { ComplexType, ElementUse } from '../xsd/model.ts';
import { formOf, type Builder } from './builder.ts';
import type { InputPart, Inputs } from './inputs.ts';
import type { Outputs } from './outputs.ts';
import type { Types } from '../xsd/types.ts';
import { writtenKey } from './xml-keys.ts';

/** More fields than this are no list of arguments. */
const MAX_FLAT_FIELDS = 12;

/** What an element of requests takes: arguments, and the document around them. */
export interface Request {
  readonly parts: InputPart[];
  /** The value of the element, given its content. */
  wrap(content: string): string;
}

/** A document to send: the element around its content, or one of those that may stand in its place. */
export function documentRequest(
  element: ElementUse,
  isQuery: boolean,
  types: Types,
  builder: Builder,
  inputs: Inputs,
): Request {
  const choice = types.choiceOf(element);
  if (choice) {
    const input = inputs.element(choice, true, false, 'input');
    const { description } = element;
    const field = { name: 'input', type: input.type, isRequired: input.isRequired, description };
    const part = { field, key: '', write: input.write, line: (from: string) => input.write(`$args.${from}`) };
    return { parts: [part], wrap: same };
  }
  const request = requestOf(element, isQuery, builder, inputs);
  const key = writtenKey(builder.keys.element(element.name));
  return { parts: request.parts, wrap: (content) => `{ ${key}: ${request.wrap(content)} }` };
}

/** The content of an element as arguments. */
function requestOf(element: ElementUse, isQuery: boolean, builder: Builder, inputs: Inputs): Request {
  const form = formOf(element.type, builder.types);
  const { type } = element;
  if (type.kind === 'complex' && (form.is === 'object' || form.is === 'wrapper' || form.is === 'marker'))
    return contentRequest(type, isQuery, builder, inputs);
  const name = form.is === 'leaf' ? camelCase(localOf(element.name)) : 'input';
  const input = inputs.element(element, true, false, name);
  const { description } = element;
  const field = { name, type: input.type, isRequired: input.isRequired, description };
  const { write } = input;
  // The only argument is the whole element.
  const part: InputPart = { field, key: '', write, line: (from) => write(`$args.${from}`) };
  return { parts: [part], wrap: (content) => content };
}

function contentRequest(type: ComplexType, isQuery: boolean, builder: Builder, inputs: Inputs): Request {
  const { elements, attributes, text } = type.content;
  const [only] = elements;
  if (only && elements.length === 1 && attributes.length === 0 && !text && !only.isList) {
    const inner = only.element.type;
    const isObject = inner.kind === 'complex' && formOf(inner, builder.types).is === 'object';
    if (isObject && isQuery && isFlat(inner)) {
      const key = writtenKey(builder.keys.element(only.element.name));
      return {
        parts: inputs.parts(inner, localOf(only.element.name)),
        wrap: (content) => `{ ${key}: ${content} }`,
      };
    }
    if (isObject && !isQuery) {
      const [part] = inputs.parts(type, 'Input');
      return { parts: part?.field ? [{ ...part, field: { ...part.field, name: 'input' } }] : [], wrap: same };
    }
  }
  return { parts: inputs.parts(type, 'Arguments'), wrap: same };
}

const same = (content: string): string => content;

function isFlat({ content }: ComplexType): boolean {
  if (
    content.elements.length + content.attributes.length > MAX_FLAT_FIELDS ||
    content.text ||
    content.isMixed
  )
    return false;
  return content.elements.every(({ element }) => element.type.kind === 'simple');
}

/** What an element of answers gives: the type of a field, and the selection for it. */
export interface Answer {
  readonly type: string;
  readonly object: string | undefined;
  readonly isList: boolean;
  readonly selection: string;
}

/** A document that comes back below `path`, or one of those that may stand in its place. */
export function documentAnswer(
  element: ElementUse,
  path: readonly string[],
  owner: string,
  types: Types,
  builder: Builder,
  outputs: Outputs,
): Answer {
  const choice = types.choiceOf(element);
  return choice
    ? answerOf(choice, path, owner, builder, outputs)
    : answerOf(element, [...path, builder.keys.element(element.name)], owner, builder, outputs);
}

/** An element that holds nothing but one other is not worth a type. */
function answerOf(
  element: ElementUse,
  path: readonly string[],
  owner: string,
  builder: Builder,
  outputs: Outputs,
): Answer {
  const form = formOf(element.type, builder.types);
  if (form.is === 'marker') return { type: 'Boolean', object: undefined, isList: false, selection: 'true' };
  const { type } = element;
  const only = type.kind === 'complex' && !type.isAbstract ? onlyElement(type) : undefined;
  const name = camelCase(localOf((only?.element ?? element).name));
  const output = only
    ? outputs.element(
        only.element,
        true,
        only.isList,
        [...path, builder.keys.element(only.element.name)],
        name,
        owner,
      )
    : outputs.element(element, true, false, path, name, owner);
  const item = /^\[(\w+)!?\]$/.exec(output.type)?.[1];
  const named = item !== undefined && builder.has(item) ? item : undefined;
  return {
    type: output.type,
    object: output.object ?? named,
    isList: item !== undefined,
    selection: rooted(output.read),
  };
}

/** A name alone would be a field of an object. */
const rooted = (read: string): string => (read.startsWith('$') ? read : `$.${read}`);

function onlyElement(type: ComplexType): ComplexType['content']['elements'][number] | undefined {
  const { elements, attributes, text, isMixed, hasAny } = type.content;
  return elements.length === 1 && attributes.length === 0 && !text && !isMixed && !hasAny
    ? elements[0]
    : undefined;
}

/** A type that a message has without a schema saying so: the parts of the rpc style. */
export function madeOf(
  name: ExpandedName,
  parts: readonly ElementUse[],
  like: Pick<ElementUse, 'node'>,
): ElementUse {
  const type: ComplexType = {
    kind: 'complex',
    name: undefined,
    node: like.node,
    isAbstract: false,
    description: undefined,
    content: {
      ...EMPTY_CONTENT,
      elements: parts.map((element) => ({ element, isRequired: true, isList: false })),
    },
  };
  return { name, type, isNillable: false, fixed: undefined, description: undefined, node: like.node };
}
