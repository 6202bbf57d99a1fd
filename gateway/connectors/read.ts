import type { ConstDirectiveNode, ConstValueNode, DocumentNode, StringValueNode } from 'graphql';
import { GraphQLError, Kind, parse, Source as SdlSource } from 'graphql';
import type { Problem } from '../problem.ts';
import { problemAt, problemInText } from './location.ts';
import type { ConnectVersion, Dialect, Mapping, MappingProblem } from './mapping/mapping.ts';
import { parseMapping } from './mapping/mapping.ts';
import { parseHeaderTemplate } from './mapping/header.ts';
import { parseTemplate } from './mapping/template.ts';
import type {
  BatchRule,
  Connector,
  ConnectorModel,
  HeaderRule,
  HttpCall,
  PlacedMapping,
  PlacedTemplate,
  ResolverMap,
  Source,
  TypeMapping,
} from './model.ts';
import { buildSubgraphSchema } from './schema.ts';
import type { LinkedDirectives } from './spec.ts';
import { readLinks } from './spec.ts';

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const ARGUMENTS = {
  grpc: ['upstream', 'method', 'request', 'selection', 'headers', 'batch', 'entity'],
  xml: ['upstream', ...VERBS, 'body', 'selection', 'headers', 'batch', 'entity'],
  connect: ['source', 'http', 'selection', 'entity', 'batch', 'errors', 'isSuccess', 'id'],
  source: ['name', 'http', 'errors', 'isSuccess'],
  xmlNamespace: ['prefix', 'uri'],
  mapping: ['selection', 'from'],
} as const;

export interface SubgraphSource {
  readonly name: string;
  readonly sdl: string;
  /** For messages; defaults to the subgraph's name. */
  readonly file?: string;
  readonly resolvers?: ResolverMap;
}

/** Whether a schema links a connector spec at all; others are remote GraphQL services. */
export function hasConnectors(sdl: string): boolean {
  return /specs\.apollo\.dev\/connect\/|specs\.sluice\.dev\/connector\//.test(sdl);
}

/** Reads a subgraph's schema: what it is to composition, and where its data comes from. All problems of form at once. */
export function readConnectors(source: SubgraphSource): { model?: ConnectorModel; problems: Problem[] } {
  const problems: Problem[] = [];
  let document: DocumentNode;
  try {
    document = parse(new SdlSource(source.sdl, source.file ?? source.name));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const at = error.locations?.[0];
    problems.push({
      severity: 'error',
      code: 'SCHEMA_SYNTAX',
      message: error.message,
      file: source.file ?? source.name,
      subgraph: source.name,
      ...(at && { line: at.line, column: at.column }),
    });
    return { problems };
  }
  const linked = readLinks(document, problems);
  const reader = new Reader(source.name, linked, problems);
  reader.document(document);
  const built = buildSubgraphSchema(document, linked, problems);
  const withName = problems.map((p) => ({ subgraph: source.name, ...p }));
  if (!built) return { problems: withName };
  return {
    problems: withName,
    model: {
      subgraph: source.name,
      ...built,
      connectors: reader.connectors,
      sources: reader.sources,
      namespaces: reader.namespaces,
      typeMappings: reader.typeMappings,
      resolvers: source.resolvers ?? {},
    },
  };
}

class Reader {
  readonly connectors: Connector[] = [];
  readonly sources: Source[] = [];
  readonly namespaces: Record<string, string> = {};
  readonly typeMappings = new Map<string, TypeMapping>();
  readonly #subgraph: string;
  readonly #linked: LinkedDirectives;
  readonly #problems: Problem[];

  constructor(subgraph: string, linked: LinkedDirectives, problems: Problem[]) {
    this.#subgraph = subgraph;
    this.#linked = linked;
    this.#problems = problems;
  }

  document(document: DocumentNode): void {
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
      for (const directive of definition.directives ?? []) this.#schemaDirective(directive);
    }
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
        continue;
      const type = definition.name.value;
      for (const directive of definition.directives ?? []) this.#connector(directive, type, undefined);
      for (const field of definition.fields ?? [])
        for (const directive of field.directives ?? []) this.#connector(directive, type, field.name.value);
    }
    // A type's mapping is read the way each wire of the schema reads: that is known only now.
    for (const definition of document.definitions)
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION)
        for (const directive of definition.directives ?? [])
          this.#typeMapping(directive, definition.name.value);
  }

  #schemaDirective(node: ConstDirectiveNode): void {
    const meaning = this.#linked.names.get(node.name.value);
    if (meaning === 'xmlNamespace') {
      const args = this.#arguments(node, meaning);
      const uri = this.#string(args, node, 'uri');
      if (uri !== undefined) this.namespaces[stringOf(args.get('prefix')) ?? ''] = uri;
    } else if (meaning === 'source') {
      const args = this.#arguments(node, meaning);
      const name = this.#string(args, node, 'name');
      const http = objectOf(args.get('http'));
      const baseUrl = stringOf(http.get('baseURL'));
      if (baseUrl === undefined) {
        this.#problem(
          node,
          'CONNECTOR_MISSING_ARGUMENT',
          '@source needs http: { baseURL: "https://…" }.',
          'Add the base URL of the service.',
        );
      } else if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
        this.#problem(
          http.get('baseURL') ?? node,
          'CONNECTOR_BAD_URL',
          `"${baseUrl}" is not an http or https URL.`,
          'Write it as https://host/path.',
        );
      } else if (name !== undefined) {
        const headers = this.#headers(http.get('headers'), this.#linked.connectVersion, 'json');
        this.sources.push({ name, upstream: `${this.#subgraph}.${name}`, baseUrl, node, headers });
      }
    }
  }

  #connector(node: ConstDirectiveNode, typeName: string, fieldName: string | undefined): void {
    const meaning = this.#linked.names.get(node.name.value);
    if (meaning !== 'grpc' && meaning !== 'xml' && meaning !== 'connect') return;
    const args = this.#arguments(node, meaning);
    const wire = meaning === 'connect' ? 'json' : meaning;
    const version = meaning === 'connect' ? this.#linked.connectVersion : this.#linked.sluiceVersion;
    const http = meaning === 'connect' ? objectOf(args.get('http')) : args;
    const place = fieldName === undefined ? typeName : `${typeName}.${fieldName}`;
    const same = this.connectors.filter((c) => c.typeName === typeName && c.fieldName === fieldName).length;

    const sourceName = stringOf(args.get('source'));
    const source = this.sources.find((s) => s.name === sourceName);
    if (sourceName !== undefined && !source)
      this.#problem(
        args.get('source') ?? node,
        'CONNECTOR_UNKNOWN_UPSTREAM',
        `There is no @source named "${sourceName}".`,
        didYouMean(
          sourceName,
          this.sources.map((s) => s.name),
        ),
      );
    const request =
      meaning === 'grpc'
        ? this.#grpcCall(args, node, version)
        : this.#httpCall(http, node, version, wire, meaning === 'connect' && source === undefined);
    const upstream =
      meaning === 'connect'
        ? (source?.upstream ?? this.#anonymousSource(request, sourceName, node))
        : this.#string(args, node, 'upstream');
    if (request === undefined || upstream === undefined) return;

    const errors = objectOf(args.get('errors'));
    const message = this.#mapping(errors.get('message'), version, wire);
    const extensions = this.#mapping(errors.get('extensions'), version, wire);
    if (meaning === 'connect' && !args.has('selection'))
      this.#problem(
        node,
        'CONNECTOR_MISSING_ARGUMENT',
        '@connect needs a selection.',
        'Add selection: "…" with the fields of the answer.',
      );
    this.connectors.push({
      name: same === 0 ? place : `${place}#${same + 1}`,
      wire,
      typeName,
      fieldName,
      upstream,
      node,
      version,
      dialect: wire,
      entity: booleanOf(args.get('entity')),
      selection: this.#mapping(args.get('selection'), version, wire),
      headers: [...(source?.headers ?? []), ...this.#headers(http.get('headers'), version, wire)],
      batch: this.#batch(args.get('batch'), version, wire),
      request,
      errors:
        message || extensions
          ? { ...(message && { message }), ...(extensions && { extensions }) }
          : undefined,
      isSuccess: this.#mapping(args.get('isSuccess'), version, wire),
    });
  }

  #typeMapping(node: ConstDirectiveNode, typeName: string): void {
    if (this.#linked.names.get(node.name.value) !== 'mapping') return;
    const args = this.#arguments(node, 'mapping');
    const selection = args.get('selection');
    const byDialect = new Map<Dialect, Mapping>();
    let problems: MappingProblem[] = [];
    if (selection?.kind === Kind.STRING) {
      for (const dialect of new Set(this.connectors.map((c) => c.dialect))) {
        const read = parseMapping(selection.value, { version: this.#linked.sluiceVersion, dialect });
        if (read.mapping) byDialect.set(dialect, read.mapping);
        else problems = read.problems;
      }
      // What one wire cannot read (`@attribute` outside of XML) may be meant for another.
      if (byDialect.size === 0) this.#mappingProblems(selection, problems);
    }
    this.typeMappings.set(typeName, {
      from: stringOf(args.get('from')),
      node,
      selection: selection?.kind === Kind.STRING ? selection : undefined,
      byDialect,
    });
  }

  #grpcCall(args: Args, node: ConstDirectiveNode, version: ConnectVersion): Connector['request'] | undefined {
    const method = this.#string(args, node, 'method');
    return method === undefined
      ? undefined
      : { kind: 'grpc', method, message: this.#mapping(args.get('request'), version, 'grpc', 'request') };
  }

  #httpCall(
    http: Args,
    node: ConstDirectiveNode,
    version: ConnectVersion,
    wire: Dialect,
    absolute: boolean,
  ): HttpCall | undefined {
    const verbs = VERBS.filter((v) => http.has(v));
    const [verb] = verbs;
    if (verb === undefined || verbs.length > 1) {
      this.#problem(
        node,
        'CONNECTOR_MISSING_ARGUMENT',
        `@${node.name.value} needs exactly one of ${VERBS.join(', ')}.`,
        'For instance GET: "/orders/{$args.id}".',
      );
      return undefined;
    }
    const template = this.#template(http.get(verb), version, wire);
    if (!template) return undefined;
    if (!absolute && !template.node.value.startsWith('/')) {
      this.#problem(
        template.node,
        'CONNECTOR_BAD_URL',
        `The path "${template.node.value}" must start with "/".`,
        `Write "/${template.node.value}".`,
      );
      return undefined;
    }
    const single = (name: string) => {
      const mapping = this.#mapping(http.get(name), version, wire);
      return mapping ? [mapping] : [];
    };
    return {
      kind: 'http',
      verb,
      template,
      path: single('path'),
      queryParams: single('queryParams'),
      body: this.#mapping(http.get('body'), version, wire),
    };
  }

  /** A `@connect` without a source has an absolute URL: its origin becomes an upstream of its own. */
  #anonymousSource(
    request: Connector['request'] | undefined,
    sourceName: string | undefined,
    node: ConstDirectiveNode,
  ): string | undefined {
    if (request?.kind !== 'http' || sourceName !== undefined) return undefined;
    const origin = /^https?:\/\/[^/?#{}]+/.exec(request.template.node.value)?.[0];
    if (origin === undefined) {
      this.#problem(
        request.template.node,
        'CONNECTOR_BAD_URL',
        'A @connect without a source needs an absolute URL with a fixed host.',
        'Add source: "name", or start the URL with https://host/.',
      );
      return undefined;
    }
    const upstream = `${this.#subgraph}.${origin}`;
    if (!this.sources.some((s) => s.upstream === upstream))
      this.sources.push({ name: origin, upstream, baseUrl: origin, node, headers: [] });
    return upstream;
  }

  #batch(value: ConstValueNode | undefined, version: ConnectVersion, wire: Dialect): BatchRule | undefined {
    if (value === undefined) return undefined;
    const batch = objectOf(value);
    for (const key of batch.keys())
      if (!['maxSize', 'items', 'key', 'many'].includes(key))
        this.#problem(
          value,
          'CONNECTOR_UNKNOWN_ARGUMENT',
          `batch has no field "${key}".`,
          'It has maxSize, items, key and many.',
        );
    const max = batch.get('maxSize');
    const maxSize = max?.kind === Kind.INT ? Number(max.value) : undefined;
    if (max && !(maxSize && maxSize > 0))
      this.#problem(
        max,
        'CONNECTOR_BAD_BATCH',
        'batch.maxSize must be a whole number above 0.',
        'For instance maxSize: 100.',
      );
    return {
      maxSize,
      items: this.#mapping(batch.get('items'), version, wire),
      key: this.#mapping(batch.get('key'), version, wire),
      many: booleanOf(batch.get('many')),
    };
  }

  #headers(value: ConstValueNode | undefined, version: ConnectVersion, wire: Dialect): HeaderRule[] {
    if (value === undefined) return [];
    const items = value.kind === Kind.LIST ? value.values : [value];
    return items.flatMap((item) => {
      const rule = objectOf(item);
      const name = stringOf(rule.get('name'))?.toLowerCase();
      const from = stringOf(rule.get('from'))?.toLowerCase();
      if (name === undefined || !/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) {
        this.#problem(
          item,
          'CONNECTOR_BAD_HEADER',
          'A header rule needs a valid name.',
          'For instance { name: "x-tenant", from: "x-tenant" }.',
        );
        return [];
      }
      const valueTemplate = this.#headerValue(rule.get('value'), version, wire);
      if ((from === undefined) === (valueTemplate === undefined)) {
        this.#problem(
          item,
          'CONNECTOR_BAD_HEADER',
          `Header "${name}" needs either from or value.`,
          'from copies a client header; value is a template.',
        );
        return [];
      }
      return [{ name, ...(from !== undefined && { from }), ...(valueTemplate && { value: valueTemplate }) }];
    });
  }

  #mapping(
    value: ConstValueNode | undefined,
    version: ConnectVersion,
    dialect: Dialect,
    direction: 'request' | 'response' = 'response',
  ): PlacedMapping | undefined {
    if (value?.kind !== Kind.STRING) return undefined;
    const { mapping, problems } = parseMapping(value.value, { version, dialect, direction });
    this.#mappingProblems(value, problems);
    return mapping && { mapping, node: value };
  }

  #template(
    value: ConstValueNode | undefined,
    version: ConnectVersion,
    dialect: Dialect,
  ): PlacedTemplate | undefined {
    if (value?.kind !== Kind.STRING) return undefined;
    const { template, problems } = parseTemplate(value.value, { version, dialect });
    this.#mappingProblems(value, problems);
    return template && { template, node: value };
  }

  #headerValue(
    value: ConstValueNode | undefined,
    version: ConnectVersion,
    dialect: Dialect,
  ): HeaderRule['value'] {
    if (value?.kind !== Kind.STRING) return undefined;
    const { template, problems } = parseHeaderTemplate(value.value, { version, dialect });
    this.#mappingProblems(value, problems);
    return template && { template, node: value };
  }

  #mappingProblems(node: StringValueNode, problems: readonly MappingProblem[]): void {
    for (const { message, offset, fix } of problems)
      this.#problems.push(
        problemInText(node, offset, { code: 'MAPPING_SYNTAX', message, ...(fix !== undefined && { fix }) }),
      );
  }

  #arguments(node: ConstDirectiveNode, meaning: keyof typeof ARGUMENTS): Args {
    const known: readonly string[] = ARGUMENTS[meaning];
    const args = new Map<string, ConstValueNode>();
    for (const argument of node.arguments ?? []) {
      const name = argument.name.value;
      if (known.includes(name)) args.set(name, argument.value);
      else
        this.#problem(
          argument,
          'CONNECTOR_UNKNOWN_ARGUMENT',
          `@${node.name.value} has no argument "${name}".`,
          didYouMean(name, known),
        );
    }
    return args;
  }

  #string(args: Args, node: ConstDirectiveNode, name: string): string | undefined {
    const value = args.get(name);
    if (value?.kind === Kind.STRING && value.value !== '') return value.value;
    this.#problem(
      value ?? node,
      'CONNECTOR_MISSING_ARGUMENT',
      `@${node.name.value} needs ${name} as a text that is not empty.`,
      `Add ${name}: "…".`,
    );
    return undefined;
  }

  #problem(node: Parameters<typeof problemAt>[0], code: string, message: string, fix: string): void {
    this.#problems.push(problemAt(node, { code, message, fix }));
  }
}

type Args = ReadonlyMap<string, ConstValueNode>;

const stringOf = (value: ConstValueNode | undefined) =>
  value?.kind === Kind.STRING ? value.value : undefined;
const booleanOf = (value: ConstValueNode | undefined) => value?.kind === Kind.BOOLEAN && value.value;
const objectOf = (value: ConstValueNode | undefined): Args =>
  new Map(value?.kind === Kind.OBJECT ? value.fields.map((f) => [f.name.value, f.value]) : []);

/** The nearest of the known names, as a fix. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance)[0];
  if (near) return `Did you mean "${near.candidate}"?`;
  return known.length === 0
    ? 'None is declared.'
    : `Known: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}.`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}
