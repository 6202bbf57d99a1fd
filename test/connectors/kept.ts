import { afterEach } from 'vitest';
import { type Asked, type Backend, jsonBackend, type Rpc } from './backends.ts';
import { type Graph, type GraphOptions, openGraph } from './graph.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((o) => o.close()));
});

/** A backend that is stopped after the test. */
export async function keep<Kind extends Backend<Asked> | Backend<Rpc>>(
  backend: Promise<Kind>,
): Promise<Kind> {
  const started = await backend;
  open.push({ close: () => started.stop() });
  return started;
}

export function graphOf(options: GraphOptions): Graph {
  const graph = openGraph(options);
  open.push(graph);
  return graph;
}

export const json = (handler: (asked: Asked) => unknown) => keep(jsonBackend(handler));

/** Declares the JSON backend as the source `api`. */
export const source = (url: string) => `extend schema @source(name: "api", http: { baseURL: "${url}" })\n`;
