import type { ConstArgumentNode, ConstObjectFieldNode, ConstValueNode, StringValueNode } from 'graphql';
import { Kind } from 'graphql';
import type { Problem } from '../problem.ts';
import { problemAt, problemInText } from './location.ts';
import { parseHeaderTemplate } from './mapping/header.ts';
import type { Dialect, MappingOptions, MappingProblem } from './mapping/mapping.ts';
import { parseMapping } from './mapping/mapping.ts';
import { parseTemplate } from './mapping/template.ts';
import type { BatchRule, HeaderRule, PlacedMapping, PlacedTemplate } from './model.ts';
import { didYouMean } from './suggest.ts';

export type Args = ReadonlyMap<string, ConstValueNode>;

/** What an argument, or a field of an input object, must be. */
type ValueKind = 'text' | 'object' | 'list' | 'boolean' | 'number';
export type Signature = Readonly<Record<string, ValueKind>>;

const KINDS: Readonly<Record<ValueKind, { kinds: readonly Kind[]; what: string; example: string }>> = {
  text: { kinds: [Kind.STRING], what: 'a text', example: '"…"' },
  object: { kinds: [Kind.OBJECT], what: 'an object', example: '{ … }' },
  list: { kinds: [Kind.LIST, Kind.OBJECT], what: 'a list of objects', example: '[{ … }]' },
  boolean: { kinds: [Kind.BOOLEAN], what: 'true or false', example: 'true' },
  number: { kinds: [Kind.INT], what: 'a whole number', example: '100' },
};

const HEADER: Signature = { name: 'text', from: 'text', value: 'text' };
const BATCH: Signature = { maxSize: 'number', items: 'text', key: 'text', many: 'boolean' };

/** Version and dialect of the texts at hand. */
export type Language = Pick<MappingOptions, 'version' | 'dialect'> & { readonly dialect: Dialect };

/** Reads the arguments of connector directives; what is wrong with them is collected, and the argument left out. */
export class SdlReader {
  readonly #problems: Problem[];

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  problem(node: Parameters<typeof problemAt>[0], code: string, message: string, fix: string): void {
    this.#problems.push(problemAt(node, { code, message, fix }));
  }

  /** `owner`: what has the fields, as messages call it: `@grpc`, `http`. */
  args(
    owner: string,
    given: readonly (ConstArgumentNode | ConstObjectFieldNode)[] | undefined,
    signature: Signature,
  ): Args {
    const args = new Map<string, ConstValueNode>();
    for (const node of given ?? []) {
      const name = node.name.value;
      const expected = Object.hasOwn(signature, name) ? KINDS[signature[name]!] : undefined;
      if (!expected) {
        this.problem(
          node,
          'CONNECTOR_UNKNOWN_ARGUMENT',
          `${owner} has no ${owner.startsWith('@') ? 'argument' : 'field'} "${name}".`,
          didYouMean(name, Object.keys(signature)),
        );
      } else if (expected.kinds.includes(node.value.kind)) args.set(name, node.value);
      else if (node.value.kind !== Kind.NULL)
        this.problem(
          node.value,
          'CONNECTOR_BAD_ARGUMENT',
          `${name} of ${owner} must be ${expected.what}.`,
          `Write ${name}: ${expected.example}.`,
        );
    }
    return args;
  }

  object(owner: string, value: ConstValueNode | undefined, signature: Signature): Args {
    return this.args(owner, value?.kind === Kind.OBJECT ? value.fields : undefined, signature);
  }

  mapping(
    value: ConstValueNode | undefined,
    language: Language,
    direction: 'request' | 'response' = 'response',
  ): PlacedMapping | undefined {
    if (value?.kind !== Kind.STRING) return undefined;
    const { mapping, problems } = parseMapping(value.value, { ...language, direction });
    this.mappingProblems(value, problems);
    return mapping && { mapping, node: value };
  }

  template(value: ConstValueNode | undefined, language: Language): PlacedTemplate | undefined {
    if (value?.kind !== Kind.STRING) return undefined;
    const { template, problems } = parseTemplate(value.value, language);
    this.mappingProblems(value, problems);
    return template && { template, node: value };
  }

  mappingProblems(node: StringValueNode, problems: readonly MappingProblem[]): void {
    for (const { message, offset, fix } of problems)
      this.#problems.push(
        problemInText(node, offset, { code: 'MAPPING_SYNTAX', message, ...(fix !== undefined && { fix }) }),
      );
  }

  batch(value: ConstValueNode | undefined, language: Language): BatchRule | undefined {
    if (value === undefined) return undefined;
    const batch = this.object('batch', value, BATCH);
    const max = batch.get('maxSize');
    const maxSize = max?.kind === Kind.INT ? Number(max.value) : undefined;
    if (maxSize !== undefined && maxSize < 1)
      this.problem(
        max,
        'CONNECTOR_BAD_BATCH',
        'batch.maxSize must be above 0.',
        'For instance maxSize: 100.',
      );
    return {
      maxSize,
      items: this.mapping(batch.get('items'), language),
      key: this.mapping(batch.get('key'), language),
      many: booleanOf(batch.get('many')),
    };
  }

  headers(value: ConstValueNode | undefined, language: Language): HeaderRule[] {
    if (value === undefined) return [];
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.flatMap((item): HeaderRule[] => {
      const rule = this.object('A header rule', item, HEADER);
      const name = stringOf(rule.get('name'))?.toLowerCase();
      const from = stringOf(rule.get('from'))?.toLowerCase();
      if (name === undefined || !/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
        this.problem(
          item,
          'CONNECTOR_BAD_HEADER',
          'A header rule needs a valid name.',
          'For instance { name: "x-tenant", from: "x-tenant" }.',
        );
        return [];
      }
      if ((from === undefined) === !rule.has('value')) {
        this.problem(
          item,
          'CONNECTOR_BAD_HEADER',
          `Header "${name}" needs either from or value.`,
          'from copies a client header; value is a template.',
        );
        return [];
      }
      const template = this.#headerValue(rule.get('value'), language);
      if (from !== undefined) return [{ name, from }];
      return template ? [{ name, value: template }] : [];
    });
  }

  #headerValue(value: ConstValueNode | undefined, language: Language): HeaderRule['value'] {
    if (value?.kind !== Kind.STRING) return undefined;
    const { template, problems } = parseHeaderTemplate(value.value, language);
    this.mappingProblems(value, problems);
    return template && { template, node: value };
  }
}

export const stringOf = (value: ConstValueNode | undefined): string | undefined =>
  value?.kind === Kind.STRING ? value.value : undefined;

export const booleanOf = (value: ConstValueNode | undefined): boolean =>
  value?.kind === Kind.BOOLEAN && value.value;
