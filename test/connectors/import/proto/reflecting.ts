/** Real servers with real reflection. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { UntypedHandleCall } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { closing, imported, protosOf, servicesIn, subgraphOf } from './imported.ts';

interface Offered {
  /** The paths of methods that the server must not have. */
  readonly without?: string;
  readonly credentials?: ServerCredentials;
}

/** A server with real reflection of a fixture; its methods answer nothing. */
export async function reflecting(fixture: string, { without, credentials }: Offered = {}): Promise<string> {
  const { folder, protos } = protosOf(subgraphOf(imported(fixture)));
  const server = new Server();
  closing(() => server.forceShutdown());
  const unanswered = (() => undefined) as unknown as UntypedHandleCall;
  for (const service of servicesIn(protos, folder))
    server.addService(service, Object.fromEntries(Object.keys(service).map((name) => [name, unanswered])));
  const definition = loadSync(protos, { keepCase: true, includeDirs: [folder] });
  const add = server.addService.bind(server);
  server.addService = (service, implementation) => {
    if (without === undefined || !Object.values(service).some((method) => method.path.includes(without)))
      add(service, implementation);
  };
  new ReflectionService(definition).addToServer(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials ?? ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return `127.0.0.1:${port}`;
}
