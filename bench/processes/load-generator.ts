// The load where neither wrk nor autocannon is installed: so many connections, each with one request at a time.
import { Client } from 'undici';
import type { LoadOptions, LoadResult } from '../load/load.ts';

const { url, body, connections, seconds } = JSON.parse(process.argv[2]!) as LoadOptions;
const { origin, pathname } = new URL(url);
const headers = { 'content-type': 'application/json', accept: 'application/json' };
const latencies: number[] = [];
let errors = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

async function drive(): Promise<void> {
  const client = new Client(origin, { pipelining: 1 });
  while (performance.now() < endsAt) {
    const sentAt = performance.now();
    try {
      const answer = await client.request({ method: 'POST', path: pathname, headers, body });
      await answer.body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (answer.statusCode !== 200) errors += 1;
      latencies.push(performance.now() - sentAt);
    } catch {
      errors += 1;
    }
  }
  await client.close();
}

await Promise.all(Array.from({ length: connections }, drive));
latencies.sort((a, b) => a - b);
const result: LoadResult = {
  requests: latencies.length,
  errors,
  seconds: (performance.now() - startedAt) / 1000,
  p50Ms: latencies[Math.floor(latencies.length * 0.5)] ?? 0,
  p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
};
console.log(JSON.stringify(result));
