import type { CallCounters } from '../../common/counters.ts';
import { serverStream, unary } from '../../common/grpc/calls.ts';
import type { Wiring } from '../../common/grpc/calls.ts';
import { startGrpcServer } from '../../common/grpc/server.ts';
import type { Listening } from '../../common/listening.ts';
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
import { protos, SERVICE_NAME } from './proto.ts';
import { batchGetUsers, getUser, listUsers, searchUsers, watchUser } from './reading.ts';
import { UserStore } from './store.ts';
import { createUser, updateUser } from './writing.ts';

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
  return startGrpcServer({
    ...options,
    latencyMs: options.latencyMs ?? 0,
    name: 'users',
    protos,
    serviceName: SERVICE_NAME,
    methods: (wiring) => methods(store, wiring),
    release: () => store.close(),
  });
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
