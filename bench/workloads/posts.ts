import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { echoFloor, handWritten } from './floors.ts';
import { apolloServerAlone, peers } from './peers.ts';
import { sluice } from './sluice.ts';
import { graphqlBody, type Workload } from './workload.ts';

const SCHEMA = join(import.meta.dirname, '../schema/posts.graphql');
const PROCESSES = join(import.meta.dirname, '../processes');

interface Data {
  readonly posts: readonly { readonly title: string; readonly user: { readonly name: string } }[];
}

/** The connector workload: goal at most 0.15 ms of CPU per request. */
export const posts: Workload = {
  name: 'posts',
  title: '100 posts with their 10 authors over JSON REST (`@connect`, `$batch`)',
  bodies: [graphqlBody('{ posts { title user { name } } }')],
  connections: 50,
  isFast: true,
  check(data) {
    const { posts } = data as Data;
    assert.equal(posts.length, 100);
    for (const [at, { title, user }] of posts.entries()) {
      assert.ok(title.startsWith(`Post ${at + 1}:`), title);
      assert.equal(user.name, `Author ${(at % 10) + 1}`);
    }
  },
  async prepare(stage) {
    const backend = await stage.start({
      name: 'posts-backend',
      script: join(PROCESSES, 'posts-backend.ts'),
      core: 'rest',
    });
    const url = `http://127.0.0.1:${backend.ports['http']}`;
    const config = join(stage.directory, 'sluice.yaml');
    const sources = { 'posts.api': { baseUrl: url } };
    // YAML takes JSON.
    writeFileSync(
      config,
      JSON.stringify({ subgraphs: { posts: { schema: SCHEMA } }, connectors: { sources } }),
    );
    const subgraph = { name: 'posts', env: { BACKEND_URL: url } };
    return {
      counters: [url],
      contestants: [
        sluice(config),
        ...peers([subgraph]),
        apolloServerAlone(subgraph),
        handWritten(url),
        echoFloor,
      ],
    };
  },
};
