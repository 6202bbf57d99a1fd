import DataLoader from 'dataloader';
import type { UpstreamResponse } from '../upstreams/upstream.ts';
import type { MessageType, ProtoMethod } from '../upstreams/grpc/types.ts';
import { FieldFault, SluiceError, UpstreamError } from '../errors.ts';
import { NO_ARGUMENTS } from './arguments.ts';
import type { Values } from './arguments.ts';
import { compileAuto } from './auto.ts';
import type { Available } from './available.ts';
import { availableFrom, availableOf } from './available.ts';
import { findBatch } from './batch.ts';
import type { BatchForm } from './batch-form.ts';
import type { Key } from './key.ts';
import { NO_KEY } from './key.ts';
import { compileFailure } from './failure.ts';
import { compileMask } from './mask.ts';
import type { Variables } from './mapping/mapping.ts';
import { compileMapping } from './mapping/mapping.ts';
import { splitItems } from './mapping/split.ts';
import type { Connector, ConnectorModel } from './model.ts';
import type { BuildCall } from './request.ts';
import { compileCall } from './request.ts';
import type { BackendStream, ConnectorServices, Run } from './run.ts';
import { describe } from './scalars.ts';
import type { Want } from './mapping/want.ts';
import { keyPathsOf, variableUses } from './uses.ts';

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
  /** XML: the root element that the selection starts from. */
  readonly #root: string | undefined;
  readonly #readsThis: boolean;
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
    this.#root = connector.wire === 'xml' ? rootElement(connector) : undefined;
    this.#readsThis = uses.some((u) => u.variable === '$this');
    this.#usesRequest = uses.some((u) => u.variable === '$request');
    this.#after = uses.some((u) => u.variable === '$response') ? withResponse : withStatus;
    this.#baseVariables = { $config: services.config(connector.upstream) };
    this.message = method?.response;
    const batch = findBatch(connector, model, services, method, uses);
    this.batch = batch;
    this.keyPaths = keyPathsOf(connector, uses, batch, model);
    this.available = batch?.declared
      ? availableFrom(batch.selection?.shape, batch.message)
      : availableOf(connector.selection?.mapping, this.message);
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
    const { method, connector, batch } = this;
    if (!method) return undefined;
    return compileMask(method, connector.selection?.mapping, want, batch, this.#model.typeMappings);
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

  /**
   * The answer for a key; calls of the same query with the same target become one call.
   * `times`: how many objects want it, for the tally.
   */
  load(
    run: Run,
    args: Values,
    key: Key,
    mask: readonly string[] | undefined,
    times: number,
  ): Promise<LoadResult> {
    const { loaders, tally } = run.context;
    let byArguments = loaders.get(this) as Map<string, Loader> | undefined;
    if (!byArguments) loaders.set(this, (byArguments = new Map()));
    const argumentsId = args === NO_ARGUMENTS ? '' : JSON.stringify(args);
    let loader = byArguments.get(argumentsId);
    if (!loader) byArguments.set(argumentsId, (loader = this.#loader(run, args)));
    const isKnown = loader.ids.has(key.id);
    if (!isKnown) loader.ids.add(key.id);
    const spared = isKnown ? times : times - 1;
    loader.spared += spared;
    tally.keysAsked += times;
    tally.keysDeduplicated += spared;
    return loader.loads.load({ key, mask });
  }

  #loader(run: Run, args: Values): Loader {
    const loads = new DataLoader<Load, LoadResult, string>(
      (asked) => this.#loadAll(run, args, asked, loader),
      { cacheKeyFn: loadId },
    );
    const loader: Loader = { loads, ids: new Set(), spared: 0 };
    return loader;
  }

  /** The call that brings events, and what such an event is as an answer. */
  stream(run: Run, args: Values): BackendStream & { readonly loaded: (event: UpstreamResponse) => Loaded } {
    const variables = this.#variables(run, args, {});
    const call = this.#services.stream(this.#buildCall(variables, run.context, undefined), run.context);
    const after = this.#after;
    return {
      ...call,
      loaded: (event) => ({ data: event.data, variables: after(variables, event), batched: false }),
    };
  }

  async #loadAll(run: Run, args: Values, loads: readonly Load[], loader: Loader): Promise<LoadResult[]> {
    // The same key under several masks is one key with their union.
    const wanted = new Map<string, Load>();
    for (const load of loads) {
      const known = wanted.get(load.key.id);
      wanted.set(load.key.id, known ? { key: load.key, mask: unionOf(known.mask, load.mask) } : load);
    }
    const results = new Map<string, LoadResult>();
    const unique = [...wanted.values()];
    if (this.batch && (this.batch.declared || unique.length > 1)) {
      const chunks: Promise<void>[] = [];
      let duplicates = loader.spared;
      loader.spared = 0;
      for (let at = 0; at < unique.length; at += this.batch.maxSize) {
        const chunk = unique.slice(at, at + this.batch.maxSize);
        chunks.push(this.#loadBatch(run, args, chunk, results, duplicates));
        duplicates = 0;
      }
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
    duplicates: number,
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
        duplicates,
      });
      const after = this.#after(variables, response);
      const { found, fault } = batch.correlate(response.data, after, keys);
      for (const key of keys) {
        const data = found.get(key.id);
        if (data instanceof FieldFault) results.set(key.id, data);
        else if (data !== undefined)
          results.set(key.id, {
            data,
            variables: this.#readsThis ? { ...after, $this: key.values } : after,
            batched: true,
          });
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
    if (this.#root !== undefined && buildCall === this.#buildCall) this.#checkRoot(response.data, this.#root);
    return response;
  }

  /** Another document than the one that is mapped would read as an answer without anything in it. */
  #checkRoot(data: unknown, root: string): void {
    if (typeof data !== 'object' || data === null || Object.hasOwn(data, root)) return;
    const { upstream } = this.connector;
    const found = Object.keys(data)[0] ?? '';
    throw new UpstreamError(
      'UPSTREAM_BAD_RESPONSE',
      upstream,
      `The service "${upstream}" answered with the element ${describe(found)}, where ${describe(root)} is expected.`,
    );
  }

  #variables(run: Run, args: Values, more: Variables): Variables {
    const variables: Variables = { ...this.#baseVariables, $args: args, ...more };
    return this.#usesRequest
      ? { ...variables, $request: { headers: listed(run.context.headers) } }
      : variables;
  }

  /** An entity finder takes its key as arguments. */
  #withKey(args: Values, key: Key): Values {
    return this.connector.root === 'query' ? { ...args, ...key.values } : args;
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

/** `order` of `$.order { … }`; undefined where the selection does not start with one element. */
function rootElement({ selection, batch }: Connector): string | undefined {
  const mapping = batch?.items?.mapping ?? selection?.mapping;
  const shape = mapping && splitItems(mapping).items.shape;
  return shape?.kind === 'value' ? shape.source?.[0] : undefined;
}

interface Load {
  readonly key: Key;
  readonly mask: readonly string[] | undefined;
}

/** What one operation asks of a target with one set of arguments. */
interface Loader {
  readonly loads: DataLoader<Load, LoadResult, string>;
  readonly ids: Set<string>;
  /** Keys asked for that needed no place in a batch, since the last one that went out. */
  spared: number;
}

const loadId = ({ key, mask }: Load) => (mask ? `${key.id} ${mask.join(',')}` : key.id);

/** No mask = everything, and everything wins. */
function unionOf(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  return a === b ? a : a && b && [...new Set([...a, ...b])];
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
