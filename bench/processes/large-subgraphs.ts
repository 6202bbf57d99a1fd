// All subgraphs of the large graph behind one port, each under its name as path. What nobody asks for is not compiled.
// Arguments: number of subgraphs, number of types.
import { createServer } from 'node:http';
import { createQueryCompiler, type CompiledQuery } from '../canned/compile-query.ts';
import type { Source } from '../canned/subgraphs.ts';
import { largeGraph, LARGE } from '../reload/large-graph.ts';
import { serve } from './serve.ts';

const [subgraphs = LARGE.subgraphs, types = LARGE.types] = process.argv.slice(2).map(Number);
const sdls = new Map(largeGraph({ subgraphs, types, urlOf: () => '' }).map(({ name, sdl }) => [name, sdl]));
const compilers = new Map<string, (query: string) => CompiledQuery>();
const compiled = new Map<string, CompiledQuery>();

function compilerOf(name: string): (query: string) => CompiledQuery {
  let compiler = compilers.get(name);
  if (compiler) return compiler;
  const number = Number(name.slice(1));
  const own = `S${number}_0`;
  const next = `S${(number + 1) % subgraphs}_0`;
  const entity = (id: unknown) => ({ id, name: `${own} ${String(id)}`, count: 1, active: true });
  compiler = createQueryCompiler({
    name,
    sdl: sdls.get(name)!,
    resolvers: { Query: { [`s${number}_0`]: (_, { id }) => entity(id) } },
    entities: {
      [own]: ({ id }) => entity(id),
      [next]: ({ id }) => ({ id, [`from_s${number}`]: `from ${name}` }),
    },
  });
  compilers.set(name, compiler);
  return compiler;
}

function answerTo(path: string, text: string): object {
  try {
    const { query, variables } = JSON.parse(text) as { query: string; variables?: Source | null };
    const key = `${path} ${query}`;
    let run = compiled.get(key);
    if (!run) compiled.set(key, (run = compilerOf(path.slice(1))(query)));
    return { data: run(variables ?? {}) };
  } catch (error) {
    return { errors: [{ message: error instanceof Error ? error.message : String(error) }] };
  }
}

serve(
  createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.stringify(answerTo(request.url!, text));
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  }),
);
