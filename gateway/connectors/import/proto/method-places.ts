import type { Problem } from '../../../problem.ts';
import type { ProtoMethod, ProtoService } from '../../../upstreams/grpc/types.ts';

/** Where methods are declared; each file is read once, when the first of its methods is asked for. */
export class MethodPlaces {
  readonly #files: ReadonlyMap<string, string>;
  /** Full name of a service → its file. */
  readonly #fileOf: ReadonlyMap<string, string>;
  /** By file: `Service/Method` → place. */
  readonly #places = new Map<string, ReadonlyMap<string, { line: number; column: number }>>();

  constructor(services: readonly ProtoService[], files: ReadonlyMap<string, string>) {
    this.#files = files;
    this.#fileOf = new Map(services.flatMap(({ name, file }) => (file === undefined ? [] : [[name, file]])));
  }

  of({ service, name }: ProtoMethod): Pick<Problem, 'file' | 'line' | 'column'> {
    const file = this.#fileOf.get(service);
    if (file === undefined) return {};
    let places = this.#places.get(file);
    if (!places) this.#places.set(file, (places = read(this.#files.get(file) ?? '')));
    return { file, ...places.get(`${service.slice(service.lastIndexOf('.') + 1)}/${name}`) };
  }
}

function read(text: string): ReadonlyMap<string, { line: number; column: number }> {
  const places = new Map<string, { line: number; column: number }>();
  let service = '';
  for (const [index, line] of text.split('\n').entries())
    for (const found of line.matchAll(/\bservice\s+(\w+)\s*\{|\brpc\s+(\w+)/g)) {
      const [, opened, method] = found;
      if (opened !== undefined) service = opened;
      const key = `${service}/${method ?? ''}`;
      if (method !== undefined && !places.has(key))
        places.set(key, { line: index + 1, column: found.index + 1 });
    }
  return places;
}
