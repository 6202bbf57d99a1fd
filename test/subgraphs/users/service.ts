import { CallCounters } from '../../../subgraphs/common/counters.ts';
import type { Listening } from '../../../subgraphs/common/listening.ts';
import { startUsers } from '../../../subgraphs/users/backend/server.ts';
import { firstCancelled, Rpc } from '../common/rpc.ts';

export const HOST = '127.0.0.1';

export interface UsersService {
  readonly counters: CallCounters;
  /** The operation of the first call that is cancelled. */
  readonly cancelled: Promise<string>;
  readonly server: Listening;
  readonly users: Rpc;
}

/** The real service on a free port with a database of its own, and a client of it; the caller closes both. */
export async function usersService(): Promise<UsersService> {
  const counters = new CallCounters();
  const cancelled = firstCancelled(counters);
  const server = await startUsers({ port: 0, host: HOST, database: ':memory:', counters });
  return { counters, cancelled, server, users: usersClient(server.port) };
}

export function usersClient(port: number): Rpc {
  return new Rpc(port, 'users/v1/users.proto', 'users.v1.UserService');
}
