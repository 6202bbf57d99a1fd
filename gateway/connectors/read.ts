import type { ConstDirectiveNode, DocumentNode } from 'graphql';
import { GraphQLError, Kind, parse, Source as SdlSource } from 'graphql';
import type { Problem } from '../problem.ts';
import type { Dialect, Mapping, MappingProblem } from './mapping/mapping.ts';
import { parseMapping } from './mapping/mapping.ts';
import type {
  Connector,
  ConnectorModel,
  HttpCall,
  ResolverMap,
  RootKind,
  Source,
  TypeMapping,
} from './model.ts';
import { buildSubgraphSchema } from './schema.ts';
import type { Args, Language, Signature } from './sdl-reader.ts';
import { booleanOf, SdlReader, stringOf } from './sdl-reader.ts';
import type { LinkedDirectives } from './spec.ts';
import { readLinks } from './spec.ts';
import { didYouMean } from './suggest.ts';

const VERBS = ['GET', 'QUERY', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const VERB_TEXTS = {
  GET: 'text',
  QUERY: 'text',
  POST: 'text',
  PUT: 'text',
  PATCH: 'text',
  DELETE: 'text',
} as const;
const ANSWER = { selection: 'text', batch: 'object', entity: 'boolean' } as const;
const JUDGEMENT = { errors: 'object', isSuccess: 'text' } as const;
const ADDRESS = { headers: 'list', path: 'text', queryParams: 'text' } as const;

const ARGUMENTS = {
  grpc: { upstream: 'text', method: 'text', request: 'text', headers: 'list', ...ANSWER },
  xml: { upstream: 'text', ...VERB_TEXTS, body: 'text', headers: 'list', ...ANSWER },
  connect: { source: 'text', http: 'object', id: 'text', ...JUDGEMENT, ...ANSWER },
  source: { name: 'text', http: 'object', ...JUDGEMENT },
  xmlNamespace: { prefix: 'text', uri: 'text' },
  mapping: { selection: 'text', from: 'text' },
} as const satisfies Record<string, Signature>;

const SOURCE_HTTP: Signature = { baseURL: 'text', ...ADDRESS };
const CONNECT_HTTP: Signature = { ...VERB_TEXTS, body: 'text', ...ADDRESS };
const ERRORS: Signature = { message: 'text', extensions: 'text' };

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
      inputMappings: reader.inputMappings,
      enumNames: reader.enumNames,
      resolvers: source.resolvers ?? {},
    },
  };
}

class Reader {
  readonly connectors: Connector[] = [];
  readonly sources: Source[] = [];
  readonly namespaces: Record<string, string> = {};
  readonly typeMappings = new Map<string, TypeMapping>();
  readonly inputMappings = new Map<string, TypeMapping>();
  readonly enumNames = new Map<string, Map<string, string>>();
  readonly #subgraph: string;
  readonly #linked: LinkedDirectives;
  readonly #sdl: SdlReader;
  #roots: ReadonlyMap<string, RootKind> = new Map();

  constructor(subgraph: string, linked: LinkedDirectives, problems: Problem[]) {
    this.#subgraph = subgraph;
    this.#linked = linked;
    this.#sdl = new SdlReader(problems);
  }

  document(document: DocumentNode): void {
    this.#roots = rootTypes(document);
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
      for (const directive of definition.directives ?? []) this.#schemaDirective(directive);
    }
    const objects = document.definitions.filter(
      (d) => d.kind === Kind.OBJECT_TYPE_DEFINITION || d.kind === Kind.OBJECT_TYPE_EXTENSION,
    );
    for (const { name, directives, fields } of objects) {
      for (const directive of directives ?? []) this.#connector(directive, name.value, undefined);
      for (const field of fields ?? [])
        for (const directive of field.directives ?? [])
          this.#connector(directive, name.value, field.name.value);
    }
    // A type's mapping is read the way each wire of the schema reads: that is known only now.
    for (const { name, directives } of objects)
      for (const directive of directives ?? [])
        this.#typeMapping(directive, name.value, 'response', this.typeMappings);
    for (const definition of document.definitions) {
      if (
        definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ||
        definition.kind === Kind.INPUT_OBJECT_TYPE_EXTENSION
      )
        for (const directive of definition.directives ?? [])
          this.#typeMapping(directive, definition.name.value, 'request', this.inputMappings);
      if (definition.kind === Kind.ENUM_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_EXTENSION)
        for (const value of definition.values ?? [])
          for (const directive of value.directives ?? [])
            this.#enumName(directive, definition.name.value, value.name.value);
    }
  }

  #schemaDirective(node: ConstDirectiveNode): void {
    const meaning = this.#linked.names.get(node.name.value);
    if (meaning === 'xmlNamespace') {
      const args = this.#arguments(node, meaning);
      const uri = this.#required(args, node, 'uri');
      if (uri !== undefined) this.namespaces[stringOf(args.get('prefix')) ?? ''] = uri;
    } else if (meaning === 'source') this.#source(node);
  }

  #source(node: ConstDirectiveNode): void {
    const sdl = this.#sdl;
    const args = this.#arguments(node, 'source');
    const name = this.#required(args, node, 'name');
    const http = sdl.object('http', args.get('http'), SOURCE_HTTP);
    const baseUrl = stringOf(http.get('baseURL'));
    const language = { version: this.#linked.connectVersion, dialect: 'json' } as const;
    if (baseUrl === undefined) {
      sdl.problem(
        node,
        'CONNECTOR_MISSING_ARGUMENT',
        '@source needs http: { baseURL: "https://…" }.',
        'Add the base URL of the service.',
      );
    } else if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
      sdl.problem(
        http.get('baseURL'),
        'CONNECTOR_BAD_URL',
        `"${baseUrl}" is not an http or https URL.`,
        'Write it as https://host/path.',
      );
    } else if (this.sources.some((s) => s.name === name)) {
      sdl.problem(
        args.get('name'),
        'CONNECTOR_DUPLICATE',
        `There are two @source with the name "${name}".`,
        'Give each source a name of its own.',
      );
    } else if (name !== undefined) {
      this.sources.push({
        name,
        upstream: `${this.#subgraph}.${name}`,
        baseUrl,
        node,
        headers: sdl.headers(http.get('headers'), language),
        path: sdl.mapping(http.get('path'), language),
        queryParams: sdl.mapping(http.get('queryParams'), language),
        errors: this.#errors(args, language),
        isSuccess: sdl.mapping(args.get('isSuccess'), language),
      });
    }
  }

  #errors(args: Args, language: Language): Source['errors'] {
    const errors = this.#sdl.object('errors', args.get('errors'), ERRORS);
    return {
      message: this.#sdl.mapping(errors.get('message'), language),
      extensions: this.#sdl.mapping(errors.get('extensions'), language),
    };
  }

  #connector(node: ConstDirectiveNode, typeName: string, fieldName: string | undefined): void {
    const meaning = this.#linked.names.get(node.name.value);
    if (meaning !== 'grpc' && meaning !== 'xml' && meaning !== 'connect') return;
    const sdl = this.#sdl;
    const args = this.#arguments(node, meaning);
    const wire = meaning === 'connect' ? 'json' : meaning;
    const version = meaning === 'connect' ? this.#linked.connectVersion : this.#linked.sluiceVersion;
    const language = { version, dialect: wire } as const;
    const http = meaning === 'connect' ? sdl.object('http', args.get('http'), CONNECT_HTTP) : args;
    const sourceName = stringOf(args.get('source'));
    const source = this.sources.find((s) => s.name === sourceName);
    if (sourceName !== undefined && !source)
      sdl.problem(
        args.get('source'),
        'CONNECTOR_UNKNOWN_UPSTREAM',
        `There is no @source named "${sourceName}".`,
        didYouMean(
          sourceName,
          this.sources.map((s) => s.name),
        ),
      );
    const request =
      meaning === 'grpc'
        ? this.#grpcCall(args, node, language)
        : this.#httpCall(http, node, language, source, meaning === 'connect' && sourceName === undefined);
    const upstream =
      meaning === 'connect'
        ? (source?.upstream ?? this.#anonymousSource(request, sourceName, node))
        : this.#required(args, node, 'upstream');
    if (meaning === 'connect' && !args.has('selection'))
      sdl.problem(
        node,
        'CONNECTOR_MISSING_ARGUMENT',
        '@connect needs a selection.',
        'Add selection: "…" with the fields of the answer.',
      );
    const own = this.#errors(args, language);
    const errors = {
      message: own.message ?? source?.errors.message,
      extensions: own.extensions ?? source?.errors.extensions,
    };
    const texts = {
      selection: sdl.mapping(args.get('selection'), language),
      headers: [...(source?.headers ?? []), ...sdl.headers(http.get('headers'), language)],
      batch: sdl.batch(args.get('batch'), language),
      errors: errors.message || errors.extensions ? errors : undefined,
      isSuccess: sdl.mapping(args.get('isSuccess'), language) ?? source?.isSuccess,
    };
    const place = fieldName === undefined ? typeName : `${typeName}.${fieldName}`;
    const same = this.connectors.filter((c) => c.typeName === typeName && c.fieldName === fieldName).length;
    if (fieldName !== undefined && same > 0)
      sdl.problem(
        node,
        'CONNECTOR_DUPLICATE',
        `${place} has two connectors, and one field gets its data from one place.`,
        'Remove one of them. A type may have several, each giving some of its fields.',
      );
    if (request === undefined || upstream === undefined) return;
    this.connectors.push({
      ...texts,
      name: same === 0 ? place : `${place}#${same + 1}`,
      wire,
      typeName,
      fieldName,
      root: fieldName === undefined ? undefined : this.#roots.get(typeName),
      upstream,
      node,
      version,
      dialect: wire,
      entity: booleanOf(args.get('entity')),
      request,
    });
  }

  #enumName(node: ConstDirectiveNode, typeName: string, value: string): void {
    if (this.#linked.names.get(node.name.value) !== 'mapping') return;
    const from = this.#required(this.#arguments(node, 'mapping'), node, 'from');
    if (from === undefined) return;
    const names = this.enumNames.get(typeName) ?? new Map<string, string>();
    this.enumNames.set(typeName, names.set(value, from));
  }

  #typeMapping(
    node: ConstDirectiveNode,
    typeName: string,
    direction: 'request' | 'response',
    into: Map<string, TypeMapping>,
  ): void {
    if (this.#linked.names.get(node.name.value) !== 'mapping') return;
    const args = this.#arguments(node, 'mapping');
    const selection = args.get('selection');
    const byDialect = new Map<Dialect, Mapping>();
    let problems: MappingProblem[] = [];
    if (selection?.kind === Kind.STRING) {
      for (const dialect of new Set(this.connectors.map((c) => c.dialect))) {
        const language = { version: this.#linked.sluiceVersion, dialect, direction };
        const read = parseMapping(selection.value, language);
        if (read.mapping) byDialect.set(dialect, read.mapping);
        else problems = read.problems;
      }
      // What one wire cannot read (`@attribute` outside of XML) may be meant for another.
      if (byDialect.size === 0) this.#sdl.mappingProblems(selection, problems);
    }
    into.set(typeName, {
      from: stringOf(args.get('from')),
      node,
      selection: selection?.kind === Kind.STRING ? selection : undefined,
      byDialect,
    });
  }

  #grpcCall(args: Args, node: ConstDirectiveNode, language: Language): Connector['request'] | undefined {
    const method = this.#required(args, node, 'method');
    const message = this.#sdl.mapping(args.get('request'), language, 'request');
    return method === undefined ? undefined : { kind: 'grpc', method, message };
  }

  /** `isAbsolute`: there is no source, so that the template says the host. */
  #httpCall(
    http: Args,
    node: ConstDirectiveNode,
    language: Language,
    source: Source | undefined,
    isAbsolute: boolean,
  ): HttpCall | undefined {
    const sdl = this.#sdl;
    const verbs = VERBS.filter((v) => http.has(v));
    const [verb] = verbs;
    const path = sdl.mapping(http.get('path'), language);
    const queryParams = sdl.mapping(http.get('queryParams'), language);
    const body = sdl.mapping(http.get('body'), language);
    if (verb === undefined || verbs.length > 1) {
      sdl.problem(
        node,
        'CONNECTOR_MISSING_ARGUMENT',
        `@${node.name.value} needs exactly one of ${VERBS.join(', ')}.`,
        'For instance GET: "/orders/{$args.id}".',
      );
      return undefined;
    }
    const template = sdl.template(http.get(verb), language);
    if (!template) return undefined;
    if (!isAbsolute && !template.node.value.startsWith('/')) {
      sdl.problem(
        template.node,
        'CONNECTOR_BAD_URL',
        `The path "${template.node.value}" must start with "/".`,
        `Write "/${template.node.value}".`,
      );
      return undefined;
    }
    return {
      kind: 'http',
      verb,
      template,
      prefix: source?.path,
      path,
      queryParams: [source?.queryParams, queryParams].filter((m) => m !== undefined),
      body,
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
      this.#sdl.problem(
        request.template.node,
        'CONNECTOR_BAD_URL',
        'A @connect without a source needs an absolute URL with a fixed host.',
        'Add source: "name", or start the URL with https://host/.',
      );
      return undefined;
    }
    const upstream = `${this.#subgraph}.${origin}`;
    if (!this.sources.some((s) => s.upstream === upstream))
      this.sources.push({
        name: origin,
        upstream,
        baseUrl: origin,
        node,
        headers: [],
        path: undefined,
        queryParams: undefined,
        errors: { message: undefined, extensions: undefined },
        isSuccess: undefined,
      });
    return upstream;
  }

  #arguments(node: ConstDirectiveNode, meaning: keyof typeof ARGUMENTS): Args {
    return this.#sdl.args(`@${node.name.value}`, node.arguments, ARGUMENTS[meaning]);
  }

  #required(args: Args, node: ConstDirectiveNode, name: string): string | undefined {
    const value = args.get(name);
    if (value?.kind === Kind.STRING && value.value !== '') return value.value;
    const isOfWrongKind = !value && node.arguments?.some((a) => a.name.value === name);
    if (!isOfWrongKind)
      this.#sdl.problem(
        value ?? node,
        'CONNECTOR_MISSING_ARGUMENT',
        `@${node.name.value} needs ${name} as a text that is not empty.`,
        `Add ${name}: "…".`,
      );
    return undefined;
  }
}

const ROOT_KINDS = { query: 'query', mutation: 'mutation', subscription: 'subscription' } as const;

/** Root types by name: as the schema definition says, or under their usual names. */
function rootTypes(document: DocumentNode): Map<string, RootKind> {
  const declared = document.definitions.flatMap((d) =>
    d.kind === Kind.SCHEMA_DEFINITION || d.kind === Kind.SCHEMA_EXTENSION ? (d.operationTypes ?? []) : [],
  );
  if (declared.length > 0) return new Map(declared.map((d) => [d.type.name.value, ROOT_KINDS[d.operation]]));
  return new Map([
    ['Query', 'query'],
    ['Mutation', 'mutation'],
    ['Subscription', 'subscription'],
  ]);
}
