import type { ProtoMethod } from '../upstreams/grpc/types.ts';
import { declaredBatch } from './batch-declared.ts';
import type { BatchForm } from './batch-form.ts';
import { DEFAULT_MAX_BATCH_SIZE } from './batch-form.ts';
import { recognisedGrpc, recognisedHttp } from './batch-recognised.ts';
import type { VariableUse } from './mapping/mapping.ts';
import type { Connector, ConnectorModel } from './model.ts';
import type { ConnectorServices } from './run.ts';

/** The batch form of a connector: declared with `$batch`, or recognised from its method or path. */
export function findBatch(
  connector: Connector,
  model: ConnectorModel,
  services: ConnectorServices,
  method: ProtoMethod | undefined,
  uses: readonly VariableUse[],
): BatchForm | undefined {
  const maxSize =
    connector.batch?.maxSize ?? services.upstream(connector.upstream)?.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE;
  const candidate = { connector, model, services, method, uses, maxSize };
  return declaredBatch(candidate) ?? recognisedGrpc(candidate) ?? recognisedHttp(candidate);
}
