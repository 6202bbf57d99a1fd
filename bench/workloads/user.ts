import assert from 'node:assert/strict';
import { prepareDemo } from './demo-graph.ts';
import { graphqlBody, type Workload } from './workload.ts';

/** One user by id: what a small request costs. */
export const user: Workload = {
  name: 'user',
  title: 'one user by id (gRPC)',
  bodies: [graphqlBody('{ user(id: "u1") { id name email } }')],
  connections: 50,
  isFast: true,
  check(data) {
    const { user } = data as { readonly user: Readonly<Record<string, string>> };
    assert.equal(user['id'], 'u1');
    assert.match(user['email']!, /@/);
    assert.ok(user['name']!.length > 0);
  },
  prepare: prepareDemo,
};
