import type { FieldFault } from '../errors.ts';
import type { MessageType, ProtoMethod } from '../upstreams/grpc/types.ts';
import type { Values } from './arguments.ts';
import type { Key } from './key.ts';
import type { Mapping, Variables, VariableUse } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';
import type { BuildCall } from './request.ts';
import type { ConnectorServices } from './run.ts';

/** How a connector asks for many keys in one call, and finds each key's answer again. */
export interface BatchForm {
  /** Written by the author with `$batch`; otherwise recognised from a sibling of the single call. */
  readonly declared: boolean;
  readonly operation: string;
  readonly maxSize: number;
  /** The arguments, or paths in the parent, that make the key. */
  readonly keyPaths: readonly (readonly string[])[];
  /** Mapping of one answer; absent = automatic. */
  readonly selection: Mapping | undefined;
  readonly message: MessageType | undefined;
  /** Absent: the connector's own call. */
  readonly buildCall: BuildCall | undefined;
  arguments(args: Values, keys: readonly Key[]): Values;
  /** The mask for the batch call: the key is always part of it. */
  mask(paths: readonly string[]): readonly string[];
  correlate(data: unknown, variables: Variables, keys: readonly Key[]): Correlated;
}

/** Each key's answer (or answers, with `many`); `fault` stands for the keys without one when the answer is not to be trusted. */
export interface Correlated {
  readonly found: ReadonlyMap<string, unknown>;
  readonly fault?: FieldFault;
}

/** Keys in one call unless `batch: { maxSize }` or the upstream's configuration says otherwise. */
export const DEFAULT_MAX_BATCH_SIZE = 500;

/** A connector with what is known of it when its batch form is looked for. */
export interface BatchCandidate {
  readonly connector: Connector;
  readonly model: ConnectorModel;
  readonly services: ConnectorServices;
  readonly method: ProtoMethod | undefined;
  /** Every variable that the connector's texts use. */
  readonly uses: readonly VariableUse[];
  readonly maxSize: number;
}
