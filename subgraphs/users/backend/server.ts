import { Server, ServerCredentials } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { serverStream, unary } from './calls.ts';
import type { Wiring } from './calls.ts';
import type { CallCounters, Listening } from './counters.ts';
import type {
  BatchGetUsersRequest,
  CreateUserRequest,
  GetUserRequest,
  ListUsersRequest,
  SearchUsersRequest,
  UpdateUserRequest,
  User,
  WatchUserRequest,
} from './messages.ts';
import { protos, service, SERVICE_NAME } from './proto.ts';
import { batchGetUsers, getUser, listUsers, searchUsers, watchUser } from './reading.ts';
import { reflectionOf } from './reflection.ts';
import { UserStore } from './store.ts';
import { createUser, updateUser } from './writing.ts';

/** How long calls under way may take to end when the server stops. */
const GRACE_MS = 1000;

/**
 * Starts users.v1.UserService with health and reflection services.
 * @param options.port 0 takes any free port
 * @param options.database path of the SQLite file, or `:memory:`
 * @param options.latencyMs how much later answers come; 0 by default
 */
export async function startUsers(options: {
  readonly port: number;
  readonly host: string;
  readonly database: string;
  readonly counters: CallCounters;
  readonly latencyMs?: number;
}): Promise<Listening> {
  const store = new UserStore(options.database);
  const closing = new AbortController();
  const server = new Server();
  const wiring: Wiring = {
    counters: options.counters,
    latencyMs: options.latencyMs ?? 0,
    instance: `users-${process.pid}`,
    closing: closing.signal,
  };
  server.addService(service, methods(store, wiring));
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'SERVING' });
  health.addToServer(server);
  reflectionOf(protos).addToServer(server);
  try {
    const port = await bind(server, options.host, options.port);
    return {
      port,
      close: async () => {
        health.setStatus('', 'NOT_SERVING');
        health.setStatus(SERVICE_NAME, 'NOT_SERVING');
        closing.abort();
        await shutDown(server);
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function methods(store: UserStore, wiring: Wiring) {
  return {
    getUser: unary(
      wiring,
      () => 1,
      (request: GetUserRequest) => getUser(store, request),
    ),
    batchGetUsers: unary(
      wiring,
      (request: BatchGetUsersRequest) => request.ids.length,
      (request) => batchGetUsers(store, request),
    ),
    listUsers: unary(wiring, undefined, (request: ListUsersRequest) => listUsers(store, request)),
    searchUsers: unary(wiring, undefined, (request: SearchUsersRequest) => searchUsers(store, request)),
    createUser: unary(wiring, undefined, (request: CreateUserRequest) =>
      createUser(store, request, Date.now()),
    ),
    updateUser: unary(
      wiring,
      () => 1,
      (request: UpdateUserRequest) => updateUser(store, request),
    ),
    watchUser: serverStream(wiring, (request: WatchUserRequest, send: (user: User) => void) =>
      watchUser(store, request, send),
    ),
  };
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
