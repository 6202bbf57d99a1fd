import { isSafe } from './operations.ts';
import { isOwnId, type Entity, type Planned } from './entities.ts';
import type { Input, InputType } from './input-model.ts';
import type { Inputs } from './inputs.ts';
import { formFields, sentLines, sentText } from './sent-text.ts';
import { JSON_INPUT, leafInput } from './input-model.ts';
import { writtenKey } from './mapping-text.ts';
import type { Notes } from './notes.ts';
import type { OutputField } from './outputs.ts';
import type { Parameter } from './parameters.ts';
import type { SchemaReader } from './schema-reader.ts';
import { UniqueNames } from '../unique-names.ts';
import { camelCase, pascalCase } from '../names.ts';

/** An argument of a field. */
export interface Argument {
  readonly name: string;
  readonly input: Input;
  readonly isRequired: boolean;
  readonly default: unknown;
  readonly description: string | undefined;
  readonly isDeprecated: boolean;
}

/** A field of `Query` or `Mutation` with all that its call takes. */
export interface Call extends Planned {
  readonly args: readonly Argument[];
  readonly sent: readonly { readonly parameter: Parameter; readonly argument: Argument }[];
  readonly body:
    | { readonly argument: Argument; readonly form: InputType | undefined; readonly mediaType: string }
    | undefined;
}

/** Whether a call reads, and nothing else. */
export const isQuery = ({ operation }: Pick<Call, 'operation'>): boolean => isSafe(operation.method);

/** Names that GraphQL users expect, and that estimates of list sizes know. */
const USUAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['perPage', 'pageSize'],
  ['pagelen', 'pageSize'],
  ['maxResults', 'pageSize'],
  ['startingAfter', 'after'],
  ['endingBefore', 'before'],
]);

/** Makes arguments of parameters and bodies. */
export class Calls {
  readonly #inputs: Inputs;
  readonly #reader: SchemaReader;
  readonly #notes: Notes;

  constructor(inputs: Inputs, reader: SchemaReader, notes: Notes) {
    this.#inputs = inputs;
    this.#reader = reader;
    this.#notes = notes;
  }

  /** Undefined if something that the call needs cannot be sent. `entity`: the one that the path names. */
  of(planned: Planned, entity: Entity | undefined): Call | undefined {
    const { operation, name } = planned;
    const names = new UniqueNames(operation.body ? ['input'] : []);
    const sent: { parameter: Parameter; argument: Argument }[] = [];
    for (const parameter of operation.parameters) {
      const argument = this.#argument(parameter, planned, entity?.key.get(parameter.name), names);
      if (argument) sent.push({ parameter, argument });
      else if (parameter.isRequired) {
        this.#leftOut(
          planned,
          parameter,
          `its parameter "${parameter.name}" is required, and is a value that no URL can hold`,
        );
        return undefined;
      } else
        this.#notes.problem(
          'OPENAPI_LEFT_OUT',
          parameter.part,
          `The parameter "${parameter.name}" of ${operation.fullName} is left out: a URL or header cannot hold such a value.`,
        );
    }
    const args = sent.map((s) => s.argument);
    if (!operation.body) return { ...planned, args, sent, body: undefined };
    const { schema, isForm, isRequired, mediaType, description } = operation.body;
    const place = pascalCase(name);
    const typed = schema ? this.#inputs.of(schema, place, '', isForm ? 'text' : 'json') : undefined;
    const form = isForm && typed?.input.kind === 'input' ? typed.input.type : undefined;
    if (isForm && !form) {
      if (!isRequired) return { ...planned, args, sent, body: undefined };
      this.#leftOut(planned, operation.body, 'its body is a form of which the fields are not described');
      return undefined;
    }
    const input = typed?.input ?? JSON_INPUT;
    const common = { name: 'input', default: undefined, isDeprecated: false, description };
    const argument: Argument = { ...common, input, isRequired: isRequired && typed?.isNullable !== true };
    return { ...planned, args: [...args, argument], sent, body: { argument, form, mediaType } };
  }

  #leftOut({ operation }: Planned, { part }: Pick<Parameter, 'part'>, why: string): void {
    this.#notes.problem('OPENAPI_LEFT_OUT', part, `${operation.fullName} is left out: ${why}.`);
  }

  #argument(
    parameter: Parameter,
    planned: Planned,
    key: OutputField | undefined,
    names: UniqueNames,
  ): Argument | undefined {
    const { operation } = planned;
    const { name, schema, isRequired, description, isDeprecated } = parameter;
    if (parameter.in === 'header' && !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return undefined;
    const base = camelCase(parameter.in === 'header' ? name.replace(/^x-/i, '') : name);
    const usual = USUAL_NAMES.get(base) ?? base;
    const wanted = key?.name ?? (isOwnId(parameter, operation) ? 'id' : usual);
    const place = pascalCase(`${planned.name} ${wanted}`);
    const asKey =
      key?.output.kind === 'scalar' ? ({ kind: 'scalar', name: key.output.name } as const) : undefined;
    const text = { kind: 'scalar', name: 'String' } as const;
    const typed =
      asKey || !schema
        ? { input: asKey ?? text, isNullable: false }
        : this.#inputs.of(schema, place, name, parameter.isJson ? 'json' : 'text');
    if (!typed) return undefined;
    // One segment, and one header, hold one value.
    const isObject = typed.input.kind === 'input' && !parameter.isJson;
    if (isObject && parameter.in !== 'query') return undefined;
    const view = schema && this.#reader.read(schema);
    return {
      name: names.take(wanted, base),
      input: typed.input,
      isRequired:
        isRequired && (parameter.in === 'path' || (view?.use.default === undefined && !typed.isNullable)),
      default: parameter.in === 'path' ? undefined : view?.use.default,
      description: description ?? view?.use.description,
      isDeprecated: isDeprecated || view?.use.deprecated === true,
    };
  }
}

/** How a call is written in `http` of `@connect`. */
export interface HttpText {
  readonly url: string;
  readonly queryParams: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: readonly string[];
}

/** How many parameters stand in the URL before they get lines of their own. */
const MAX_IN_URL = 3;

export function httpText({ operation, sent, body }: Call): HttpText {
  const ofPath = new Map(
    sent.flatMap(({ parameter, argument }) =>
      parameter.in === 'path' ? [[parameter.name, argument] as const] : [],
    ),
  );
  const path = pathText(operation.path, (name) => {
    const argument = ofPath.get(name);
    return argument && expression(argument, ',');
  });
  const query = sent.filter(({ parameter }) => parameter.in === 'query');
  const isShort =
    query.length <= MAX_IN_URL && query.every(({ parameter, argument }) => inUrl(parameter, argument.input));
  const url =
    isShort && query.length > 0
      ? `${path}${path.includes('?') ? '&' : '?'}${query.map(({ parameter, argument }) => `${encodeURIComponent(parameter.name)}={${expression(argument, separator(parameter))}}`).join('&')}`
      : path;
  const headers = sent.flatMap(({ parameter, argument }) =>
    parameter.in === 'header' ? [{ name: parameter.name, value: `{${expression(argument, ',')}}` }] : [],
  );
  if (body && body.mediaType !== 'application/json')
    headers.push({ name: 'content-type', value: body.mediaType });
  return {
    url,
    queryParams: isShort ? [] : query.flatMap(({ parameter, argument }) => queryLines(parameter, argument)),
    headers,
    body: !body
      ? []
      : body.form
        ? formFields(body.form, '', `$args.${body.argument.name}`)
        : sentLines(`$args.${body.argument.name}`, body.argument.input),
  };
}

/** The path of an operation as a URL template; characters that no URL has are encoded. */
export function pathText(path: string, valueOf: (name: string) => string | undefined): string {
  return path
    .replace(/#.*$/s, '')
    .split(/(\{[^{}]*\})/)
    .map((piece) => {
      const name = /^\{([^{}]*)\}$/.exec(piece)?.[1];
      const value = name === undefined ? undefined : valueOf(name);
      return value === undefined
        ? encodeURI(decoded(piece).toWellFormed()).replace(/[[\]]/g, encodeURIComponent)
        : `{${value}}`;
    })
    .join('');
}

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}

function separator({ style }: Parameter): string {
  return style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ',';
}

/** One argument as one text. */
function expression({ name, input }: Argument, between: string): string {
  const value = sentText(`$args.${name}`, input, 'text');
  return input.kind === 'list' ? `${value}->joinNotNull('${between}')` : value;
}

/** What can stand in a URL and still be read there. */
function inUrl({ isJson, explode }: Parameter, input: Input): boolean {
  const leaf = leafInput(input);
  return (
    !isJson &&
    (leaf.kind !== 'enum' || !leaf.type.isMapped) &&
    input.kind !== 'input' &&
    !(input.kind === 'list' && explode)
  );
}

function queryLines(parameter: Parameter, argument: Argument): string[] {
  const { name, isJson, explode, style } = parameter;
  const at = `$args.${argument.name}`;
  if (isJson) return [`${writtenKey(name)}: ${sentText(at, argument.input)}?->jsonStringify`];
  if (argument.input.kind === 'input')
    return formFields(argument.input.type, style === 'deepObject' ? name : '', at);
  // A list repeats its parameter; in the style of objects, with brackets.
  const isRepeated = argument.input.kind === 'list' && explode;
  return [
    `${writtenKey(isRepeated && style === 'deepObject' ? `${name}[]` : name)}: ${isRepeated ? sentText(at, argument.input, 'text') : expression(argument, separator(parameter))}`,
  ];
}
