import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './workload.ts';

const PROCESSES = join(import.meta.dirname, '../processes');

/** A bare `node:http` server that sends the finished answer: what the HTTP exchange alone costs. */
export const echoFloor: Contestant = {
  name: 'floor: echo the finished answer',
  kind: 'floor',
  async start(stage, answer) {
    if (answer === undefined) throw new Error('The echo needs the answer of an earlier contestant.');
    const file = join(stage.directory, 'answer.json');
    writeFileSync(file, answer);
    const script = join(PROCESSES, 'floor-echo.ts');
    const gateway = await stage.start({
      name: 'floor-echo',
      script,
      env: { ANSWER_FILE: file },
      core: 'job',
    });
    return { url: `http://127.0.0.1:${gateway.ports['http']}/`, gateway, subgraphs: [] };
  },
};

/** The `posts` query by hand in Node. */
export function handWritten(backendUrl: string): Contestant {
  return {
    name: 'floor: two calls by hand',
    kind: 'floor',
    async start(stage) {
      const script = join(PROCESSES, 'floor-posts.ts');
      const gateway = await stage.start({
        name: 'floor-posts',
        script,
        env: { BACKEND_URL: backendUrl },
        core: 'job',
      });
      return { url: `http://127.0.0.1:${gateway.ports['http']}/`, gateway, subgraphs: [] };
    },
  };
}
