import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { HealthImplementation } from 'grpc-health-check';
import type { CallCounters } from '../counters.ts';
import type { Listening } from '../listening.ts';
import type { Wiring } from './calls.ts';
import { reflectionOf } from './reflection.ts';

/** How long calls under way may take to end when the server stops. */
const GRACE_MS = 1000;

/**
 * Serves one service, with health and reflection services beside it.
 * @param options.port 0 takes any free port
 * @param options.name what `x-backend-instance` begins with; the id of the process follows
 * @param options.latencyMs how much later answers come
 * @param options.release called when the server has stopped, or could not start
 */
export async function startGrpcServer(options: {
  readonly port: number;
  readonly host: string;
  readonly name: string;
  readonly protos: PackageDefinition;
  /** Full name of a service that `protos` define, such as `users.v1.UserService`. */
  readonly serviceName: string;
  readonly methods: (wiring: Wiring) => UntypedServiceImplementation;
  readonly counters: CallCounters;
  readonly latencyMs: number;
  readonly release: () => void;
}): Promise<Listening> {
  const { protos, serviceName, counters, latencyMs, release } = options;
  const closing = new AbortController();
  const instance = `${options.name}-${process.pid}`;
  const methods = options.methods({ counters, latencyMs, instance, closing: closing.signal });
  const server = new Server();
  server.addService(protos[serviceName] as ServiceDefinition, methods);
  const health = new HealthImplementation({ '': 'SERVING', [serviceName]: 'SERVING' });
  health.addToServer(server);
  reflectionOf(protos).addToServer(server);
  try {
    const port = await bind(server, options.host, options.port);
    return {
      port,
      close: async () => {
        health.setStatus('', 'NOT_SERVING');
        health.setStatus(serviceName, 'NOT_SERVING');
        closing.abort();
        await shutDown(server);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
}

function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
