import { createServer } from 'node:http';
import type { CallCounters } from './counters.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';

/**
 * Serves `GET /counters` (a CounterSnapshot), `POST /counters/reset` (204) and `GET /healthz` over HTTP.
 * @param options.port 0 takes any free port
 */
export function startAdmin(options: {
  readonly port: number;
  readonly host: string;
  readonly counters: CallCounters;
}): Promise<Listening> {
  const { counters } = options;
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.split('?', 1)[0]}`;
    request.resume();
    if (route === 'GET /counters') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(counters.snapshot()));
    } else if (route === 'POST /counters/reset') {
      counters.reset();
      response.writeHead(204).end();
    } else if (route === 'GET /healthz') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end('ok\n');
    } else {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('Try GET /counters, POST /counters/reset or GET /healthz.\n');
    }
  });
  return listen(server, options);
}
