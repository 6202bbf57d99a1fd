import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../../gateway/commands/program.ts';
import { startSubgraph, type RunningSubgraph } from '../execute/subgraph-server.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';

const USERS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { users: [User!]! }
  type User @key(fields: "id") { id: ID! name: String! }
`;
const PROTO = `
  syntax = "proto3";
  package loyalty.v1;
  // Points that users have collected.
  service LoyaltyService {
    rpc GetUser(GetUserRequest) returns (User);
    rpc BatchGetUsers(BatchGetUsersRequest) returns (BatchGetUsersResponse);
  }
  message GetUserRequest { string id = 1; }
  message BatchGetUsersRequest { repeated string ids = 1; }
  message BatchGetUsersResponse { repeated User users = 1; }
  message User {
    string id = 1;
    // Collected so far.
    int32 points = 2;
    string tier = 3;
  }
`;

let folder: string;
let users: RunningSubgraph;
let loyalty: { readonly address: string; readonly calls: string[]; close(): void };
let gateway: GatewayProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-registration-'));
  users = await startSubgraph({
    name: 'users',
    sdl: USERS,
    resolvers: { Query: { users: () => ['1', '2', '3'].map((id) => ({ id, name: `user ${id}` })) } },
  });
  writeFileSync(join(folder, 'loyalty.proto'), PROTO);
  loyalty = await startLoyalty(join(folder, 'loyalty.proto'));
  writeFileSync(join(folder, 'users.graphql'), USERS);
  const subgraphs = { users: { schema: 'users.graphql', url: users.url } };
  writeFileSync(join(folder, 'sluice.yaml'), JSON.stringify({ server: { page: false }, subgraphs }));
  gateway = await startGatewayProcess(['--config', join(folder, 'sluice.yaml')]);
});
afterEach(async () => {
  await gateway.stop();
  await users.close();
  loyalty.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a raw .proto is brought in, joined, protected and taken back while clients ask, and none of them fails', async () => {
  const load = startLoad('{ users { id name } }', 20);

  const registered = await sluice(
    'register',
    'loyalty',
    '--proto',
    join(folder, 'loyalty.proto'),
    '--address',
    loyalty.address,
  );
  expect(registered).toMatchObject({ code: 0 });
  expect(registered.stdout).toContain("+ Field 'points' was added to object type 'User'");

  const joined = 'query Points { users { name points tier } }';
  const client = { 'apollographql-client-name': 'shop', 'apollographql-client-version': '1.4' };
  const user = (id: string) => ({ name: `user ${id}`, points: 10, tier: 'GOLD' });
  expect(await ask(joined, client)).toEqual({ data: { users: ['1', '2', '3'].map(user) } });
  // All of them in one call.
  expect(loyalty.calls).toEqual(['BatchGetUsers 1,2,3']);

  writeFileSync(join(folder, 'less.proto'), PROTO.replace('string tier = 3;', ''));
  const less = ['register', 'loyalty', '--proto', join(folder, 'less.proto'), '--address', loyalty.address];
  const refused = await sluice(...less);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("Field 'tier' was removed from object type 'User'");
  expect(refused.stderr).toContain('used by shop 1.4 (Points, 1 time)');

  expect((await sluice(...less, '--force')).stdout).toContain('revision 3 is served');
  expect(await ask(joined)).toMatchObject({ errors: [{ message: expect.stringContaining('tier') }] });
  expect((await sluice('rollback', '2')).stdout).toContain('revision 4 is served');
  expect(await ask(joined)).toMatchObject({ data: { users: [user('1'), user('2'), user('3')] } });

  const { answers, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(answers).toBeGreaterThan(50);
});

async function ask(query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

/** Clients that ask one thing again and again, each as soon as it has its answer. */
function startLoad(query: string, clients: number) {
  const expected = JSON.stringify({
    data: { users: ['1', '2', '3'].map((id) => ({ id, name: `user ${id}` })) },
  });
  const failures: unknown[] = [];
  let answers = 0;
  const load = { stopped: false };
  const run = async (): Promise<void> => {
    while (!load.stopped) {
      try {
        const answer = JSON.stringify(await ask(query));
        if (answer === expected) answers++;
        else failures.push(answer);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const running = Promise.all(Array.from({ length: clients }, run));
  return {
    async stop() {
      load.stopped = true;
      await running;
      return { answers, failures };
    },
  };
}

async function sluice(...args: readonly string[]) {
  const SLUICE_ADMIN_TOKEN = readFileSync(join(folder, '.sluice/admin-token'), 'utf8').trim();
  const output = { stdout: '', stderr: '' };
  const code = await runCommandLine(args, {
    env: { SLUICE_ADMIN_URL: gateway.adminUrl, SLUICE_ADMIN_TOKEN },
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
    stdin: process.stdin,
    loadGateway: () => Promise.reject(new Error('not needed')),
  });
  return { code, ...output };
}

/** The service itself, which knows nothing of GraphQL. */
async function startLoyalty(file: string) {
  const loaded = loadPackageDefinition(loadSync(file)) as unknown as {
    loyalty: { v1: { LoyaltyService: { service: Parameters<Server['addService']>[0] } } };
  };
  const calls: string[] = [];
  const user = (id: string) => ({ id, points: 10, tier: 'GOLD' });
  const server = new Server();
  server.addService(loaded.loyalty.v1.LoyaltyService.service, {
    GetUser({ request }: { request: { id: string } }, done: (error: null, answer: object) => void) {
      calls.push(`GetUser ${request.id}`);
      done(null, user(request.id));
    },
    BatchGetUsers({ request }: { request: { ids: string[] } }, done: (error: null, answer: object) => void) {
      calls.push(`BatchGetUsers ${request.ids.join(',')}`);
      done(null, { users: request.ids.map(user) });
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, calls, close: () => server.forceShutdown() };
}
