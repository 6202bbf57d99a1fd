// The four subgraphs of the public gateways benchmark in one process, each on a port of its own. Query texts are
// compiled once, and equal requests answered from a map: the load's core must not be what limits a gateway.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createQueryCompiler, type CompiledQuery } from '../canned/compile-query.ts';
import { CANNED_SUBGRAPHS, type CannedSubgraph, type Source } from '../canned/subgraphs.ts';
import { sayReady } from './serve.ts';

/** Query texts, and answers, kept for each subgraph: far more than there are in any workload with equal requests. */
const MAX_KEPT = 2000;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Answer {
  readonly body: Buffer;
  /** Representations in the request. */
  readonly keys: number;
}

interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Source | null;
}

function serveCanned(subgraph: CannedSubgraph): Server {
  const compile = createQueryCompiler(subgraph);
  const compiled = new Map<string, CompiledQuery>();
  const answers = new Map<string, Answer>();
  let [calls, keys] = [0, 0];

  function answerTo(text: string): Answer {
    const { query, variables } = JSON.parse(text) as GraphqlRequest;
    try {
      let run = compiled.get(query);
      if (run === undefined) {
        if (compiled.size === MAX_KEPT) compiled.clear();
        compiled.set(query, (run = compile(query)));
      }
      const body = Buffer.from(JSON.stringify({ data: run(variables ?? {}) }));
      return { body, keys: keysIn(variables ?? {}) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { body: Buffer.from(JSON.stringify({ errors: [{ message }] })), keys: 0 };
    }
  }

  function knownAnswerTo(text: string): Answer {
    let answer = answers.get(text);
    if (answer !== undefined) return answer;
    if (answers.size === MAX_KEPT) answers.clear();
    answers.set(text, (answer = answerTo(text)));
    return answer;
  }

  return createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      if (request.url === '/counters') {
        const counted = { calls: { [subgraph.name]: calls }, keys: { [subgraph.name]: keys } };
        response.writeHead(200, JSON_TYPE).end(JSON.stringify(counted));
      } else if (request.url === '/counters/reset') {
        [calls, keys] = [0, 0];
        response.writeHead(204).end();
      } else {
        const answer = knownAnswerTo(text);
        calls += 1;
        keys += answer.keys;
        response.writeHead(200, { ...JSON_TYPE, 'content-length': answer.body.length }).end(answer.body);
      }
    });
  });
}

/** Gateways name and number the variables of their entity fetches as they like. */
function keysIn(variables: Source): number {
  let keys = 0;
  for (const value of Object.values(variables)) if (Array.isArray(value)) keys += value.length;
  return keys;
}

const ports: Record<string, number> = {};
for (const subgraph of CANNED_SUBGRAPHS) {
  const server = serveCanned(subgraph);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports[subgraph.name] = (server.address() as AddressInfo).port;
}
sayReady(ports);
