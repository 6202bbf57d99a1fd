import DataLoader from 'dataloader';
import type { GraphQLObjectType } from 'graphql';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { MessageType, ProtoMethod } from '../upstreams/grpc/types.ts';
import { FieldFault, SluiceError, UpstreamError } from '../errors.ts';
import type { Values } from './arguments.ts';
import { compileAuto } from './auto.ts';
import type { Available } from './available.ts';
import { availableFrom } from './available.ts';
import { findBatch } from './batch.ts';
import type { Key } from './key.ts';
import { NO_KEY } from './key.ts';
import type { BatchForm } from './batch.ts';
import { compileFailure } from './failure.ts';
import { compileMask } from './mask.ts';
import type { Variables, VariableUse } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';
import type { BuildCall } from './request.ts';
import { compileCall } from './request.ts';
import type { ConnectorServices, Run } from './run.ts';
import type { Want } from './mapping/want.ts';

/** An answer (of a batch: one key's part of it) as the backend sent it, with the variables its mapping may use. */
export interface Loaded {
  readonly data: unknown;
  readonly variables: Variables;
  /** Whether it came in a batch. */
  readonly batched: boolean;
}

export type LoadResult = Loaded | FieldFault | null;

/** A connector, compiled once per schema: it can be asked for one answer, or for many by key. */
export class Target {
  readonly connector: Connector;
  readonly method: ProtoMethod | undefined;
  /** Parent fields, as paths, that the connector uses (`$this`, `$batch`); for an entity finder: its arguments. */
  readonly keyPaths: readonly (readonly string[])[];
  /** What one answer holds. */
  readonly available: Available;
  /** The message that the selection reads from, for gRPC. */
  readonly message: MessageType | undefined;
  readonly batch: BatchForm | undefined;
  readonly #services: ConnectorServices;
  readonly #model: ConnectorModel;
  readonly #buildCall: BuildCall;
  readonly #fails: ReturnType<typeof compileFailure>;
  readonly #baseVariables: Variables;
  readonly #usesRequest: boolean;
  readonly #after: (variables: Variables, response: UpstreamResponse) => Variables;

  constructor(
    connector: Connector,
    model: ConnectorModel,
    services: ConnectorServices,
    method: ProtoMethod | undefined,
  ) {
    this.connector = connector;
    this.method = method;
    this.#model = model;
    this.#services = services;
    this.#buildCall = compileCall(connector, model, method);
    this.#fails = compileFailure(connector);
    const uses = variableUses(connector);
    this.#usesRequest = uses.some((u) => u.variable === '$request');
    this.#after = uses.some((u) => u.variable === '$response') ? withResponse : withStatus;
    this.#baseVariables = { $config: services.config(connector.upstream) };
    this.message = method?.response;
    const { form, message } = findBatch(connector, model, services, method, uses);
    this.batch = form;
    this.keyPaths = keyPathsOf(connector, uses, form, model);
    this.available = form?.declared
      ? availableFrom(form.selection?.shape, message)
      : availableFrom(connector.selection?.mapping.shape, this.message);
  }

  /** The reader of the wanted fields from an answer. */
  compileTake(want: Want): (loaded: Loaded) => unknown {
    const { dialect, selection } = this.connector;
    const single =
      selection && !this.batch?.declared
        ? compileMapping(selection.mapping, want)
        : compileAuto(want, availableFrom(undefined, this.message), dialect);
    if (!this.batch) return ({ data, variables }) => single(data, variables);
    const { selection: itemSelection, message, declared } = this.batch;
    // A group of answers is one value to a mapping: it maps over lists by itself.
    const item = itemSelection
      ? compileMapping(itemSelection, want)
      : compileAuto(want, availableFrom(undefined, message), dialect);
    if (declared) return ({ data, variables }) => item(data, variables);
    return (loaded) => (loaded.batched ? item : single)(loaded.data, loaded.variables);
  }

  /** The paths to ask for, where the method takes a mask and the selection's fields can be told; undefined = all. */
  compileMask(want: Want): readonly string[] | undefined {
    return this.method && compileMask(this.method, this.connector.selection?.mapping.shape, want, this.batch);
  }

  /** One call, outside of any loader: mutations. */
  async call(run: Run, args: Values, key: Key = NO_KEY, mask?: readonly string[]): Promise<LoadResult> {
    try {
      const variables = this.#variables(run, args, { $this: key.values });
      const response = await this.#send(run, variables, this.#buildCall, mask);
      return { data: response.data, variables: this.#after(variables, response), batched: false };
    } catch (error) {
      return this.#fault(error);
    }
  }

  /** The answer for a key; calls of the same query with the same target become one call. */
  load(run: Run, args: Values, key: Key, mask?: readonly string[]): Promise<LoadResult> {
    const { loaders, tally } = run.context;
    let byArguments = loaders.get(this) as Map<string, DataLoader<Load, LoadResult, string>> | undefined;
    if (!byArguments) loaders.set(this, (byArguments = new Map()));
    const argumentsId = JSON.stringify(args);
    let loader = byArguments.get(argumentsId);
    if (!loader) {
      loader = new DataLoader((loads) => this.#loadAll(run, args, loads), { cacheKeyFn: loadId });
      byArguments.set(argumentsId, loader);
    }
    tally.keysAsked++;
    return loader.load({ key, mask });
  }

  stream(run: Run, args: Values): AsyncIterable<Loaded> {
    const variables = this.#variables(run, args, {});
    const events = this.#services.stream(this.#buildCall(variables, run.context, undefined), run.context);
    const after = this.#after;
    return (async function* () {
      for await (const response of events)
        yield { data: response.data, variables: after(variables, response), batched: false };
    })();
  }

  async #loadAll(run: Run, args: Values, loads: readonly Load[]): Promise<LoadResult[]> {
    // The same key under several masks is one key with their union.
    const wanted = new Map<string, Load>();
    for (const load of loads) {
      const known = wanted.get(load.key.id);
      wanted.set(load.key.id, known ? { key: load.key, mask: unionOf(known.mask, load.mask) } : load);
    }
    run.context.tally.keysDeduplicated += loads.length - wanted.size;
    const results = new Map<string, LoadResult>();
    const unique = [...wanted.values()];
    if (this.batch && (this.batch.declared || unique.length > 1)) {
      const chunks: Promise<void>[] = [];
      for (let at = 0; at < unique.length; at += this.batch.maxSize)
        chunks.push(this.#loadBatch(run, args, unique.slice(at, at + this.batch.maxSize), results));
      await Promise.all(chunks);
    } else {
      await Promise.all(
        unique.map(
          async ({ key, mask }) =>
            void results.set(key.id, await this.call(run, this.#withKey(args, key), key, mask)),
        ),
      );
    }
    return loads.map((load) => results.get(load.key.id) ?? null);
  }

  async #loadBatch(
    run: Run,
    args: Values,
    loads: readonly Load[],
    results: Map<string, LoadResult>,
  ): Promise<void> {
    const batch = this.batch!;
    try {
      const keys = loads.map((l) => l.key);
      const mask = loads.reduce<readonly string[] | undefined>(
        (all, l, i) => (i === 0 ? l.mask : unionOf(all, l.mask)),
        undefined,
      );
      const variables = this.#variables(run, batch.arguments(args, keys), {
        $batch: keys.map((k) => k.values),
      });
      const buildCall = batch.buildCall ?? this.#buildCall;
      const response = await this.#send(run, variables, buildCall, mask && batch.mask(mask));
      this.#services.onBatch?.({
        subgraph: this.#model.subgraph,
        operation: batch.operation,
        keys: keys.length,
        duplicates: 0,
      });
      const after = this.#after(variables, response);
      const { found, fault } = batch.correlate(response.data, after, keys);
      for (const key of keys) {
        const data = found.get(key.id);
        if (data instanceof FieldFault) results.set(key.id, data);
        else if (data !== undefined)
          results.set(key.id, { data, variables: { ...after, $this: key.values }, batched: true });
        else results.set(key.id, fault ?? (batch.declared ? null : this.#notFound(key)));
      }
    } catch (error) {
      const fault = this.#fault(error);
      for (const load of loads) results.set(load.key.id, fault);
    }
  }

  async #send(
    run: Run,
    variables: Variables,
    buildCall: BuildCall,
    mask: readonly string[] | undefined,
  ): Promise<UpstreamResponse> {
    const response = await this.#services.call(buildCall(variables, run.context, mask), run.context);
    this.#fails?.(response, this.#after(variables, response));
    return response;
  }

  #variables(run: Run, args: Values, more: Variables): Variables {
    const variables: Variables = { ...this.#baseVariables, $args: args, ...more };
    return this.#usesRequest
      ? { ...variables, $request: { headers: listed(run.context.headers) } }
      : variables;
  }

  /** An entity finder takes its key as arguments. */
  #withKey(args: Values, key: Key): Values {
    return this.connector.typeName === 'Query' ? { ...args, ...key.values } : args;
  }

  #notFound(key: Key): FieldFault {
    const what = Object.entries(key.values)
      .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
      .join(', ');
    return new FieldFault(
      new UpstreamError(
        'NOT_FOUND',
        this.connector.upstream,
        `The service "${this.connector.upstream}" has nothing with ${what}.`,
      ),
    );
  }

  #fault(error: unknown): FieldFault {
    return new FieldFault(
      error instanceof SluiceError ? error : UpstreamError.fromUnknown(error, this.connector.upstream),
    );
  }
}

interface Load {
  readonly key: Key;
  readonly mask: readonly string[] | undefined;
}

const loadId = ({ key, mask }: Load) => (mask ? `${key.id} ${mask.join(',')}` : key.id);

/** No mask = everything, and everything wins. */
function unionOf(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  return a === b ? a : a && b && [...new Set([...a, ...b])];
}

function keyPathsOf(
  connector: Connector,
  uses: readonly VariableUse[],
  form: BatchForm | undefined,
  model: ConnectorModel,
): string[][] {
  if (connector.fieldName !== undefined && connector.typeName === 'Query') {
    const query = model.schema.getQueryType() as GraphQLObjectType;
    if (form) return form.keyNames.map((name) => [name]);
    return connector.entity
      ? query
          .getFields()
          [connector.fieldName]!.args.filter(
            (a) => uses.length === 0 || uses.some((u) => u.path[0] === a.name),
          )
          .map((a) => [a.name])
      : [];
  }
  const seen = new Map<string, string[]>();
  for (const { variable, path } of uses)
    if ((variable === '$this' || variable === '$batch') && path.length > 0)
      seen.set(path.join('.'), [...path]);
  if (seen.size === 0 && connector.fieldName === undefined)
    return (model.keys.get(connector.typeName)?.[0] ?? []).map((path) => [...path]);
  return [...seen.values()];
}

/** Every variable that the connector's texts use. */
export function variableUses(connector: Connector): VariableUse[] {
  const { request, selection, headers, batch, errors, isSuccess } = connector;
  const mappings = [selection, batch?.items, batch?.key, errors?.message, errors?.extensions, isSuccess];
  const templates: ({ template: { variables: readonly VariableUse[] } } | undefined)[] = headers.map(
    (h) => h.value,
  );
  if (request.kind === 'grpc') mappings.push(request.message);
  else {
    mappings.push(request.body, ...request.path, ...request.queryParams);
    templates.push(request.template);
  }
  return [
    ...mappings.flatMap((m) => m?.mapping.variables ?? []),
    ...templates.flatMap((t) => t?.template.variables ?? []),
  ];
}

const withStatus = (variables: Variables, response: UpstreamResponse): Variables => ({
  ...variables,
  $status: response.status,
});

const withResponse = (variables: Variables, response: UpstreamResponse): Variables => ({
  ...variables,
  $status: response.status,
  $response: { headers: listed(response.headers) },
});

/** `$request.headers` and `$response.headers` hold a list a name (connect spec). */
function listed(headers: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}
