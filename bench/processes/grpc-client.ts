import { join } from 'node:path';
import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTOS = join(import.meta.dirname, '../../protos');

/** A grpc-js client for the subgraphs of the peers: unary calls as promises, fields in camelCase. */
export function grpcClient(address: string, proto: string, service: string) {
  const definition = loadSync(join(PROTOS, proto), {
    includeDirs: [PROTOS],
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const Service = service
    .split('.')
    .reduce(
      (node, name) => (node as Record<string, object>)[name]!,
      loadPackageDefinition(definition) as object,
    ) as new (
    address: string,
    channelCredentials: ReturnType<typeof credentials.createInsecure>,
  ) => Record<string, Unary>;
  const client = new Service(address, credentials.createInsecure());
  return <Response>(method: string, request: object): Promise<Response> =>
    new Promise((resolve, reject) => {
      client[method]!(request, (error, response) => (error ? reject(error) : resolve(response as Response)));
    });
}

type Unary = (request: object, done: (error: ServiceError | null, response: unknown) => void) => void;
