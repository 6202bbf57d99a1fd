import type { SdlDirective } from '../../sdl/model.ts';
import type { InputPart } from './inputs.ts';

/** One operation of a backend, before it is printed as a field and, maybe, as a connector of a type. */
export interface Call {
  readonly name: string;
  readonly fullName: string;
  readonly root: 'Query' | 'Mutation';
  readonly upstream: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Arguments that stand in the path. */
  readonly params: InputPart[];
  /** URL template; told of each param, by its place, where its value is. */
  path(from: (part: number) => string): string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Arguments that stand in the header of the envelope; all may be left out. */
  readonly headerParts: readonly InputPart[];
  /** Arguments that stand in the body. */
  readonly parts: InputPart[];
  /** The body around the parts; undefined: there is none. `all`: of what the parts are fields, `$args`. */
  body: ((parts: string) => string) | undefined;
  readonly type: string;
  /** Name of the object type of the answer (of its items), if it is one. */
  readonly object: string | undefined;
  readonly isList: boolean;
  readonly selection: string;
  readonly description: string | undefined;
  /** The field finds an entity by its key. */
  isFinder: boolean;
}

/** The directive of a field. */
export function fieldConnector(call: Call): SdlDirective {
  const path = call.path((part) => `$args.${call.params[part]!.field!.name}`);
  return connector(call, path, call.body?.(contentOf(call.parts)), call.isFinder);
}

function contentOf(parts: readonly InputPart[]): string {
  const [only] = parts;
  if (!only) return '""';
  if (only.key === '') return only.write(`$args.${only.field!.name}`);
  const lines = parts.map((p) => p.line(p.field?.name ?? ''));
  const isShort = lines.join(' ').length < 60;
  const inner = isShort ? ` ${lines.join(' ')} ` : `\n  ${lines.join('\n  ')}\n`;
  return parts.some((p) => p.field) ? `$args {${inner}}` : `{${inner}}`;
}

/** The directive of a type that is found by many keys at once. */
export function batchConnector(call: Call, key: string): SdlDirective {
  const [only] = call.parts;
  const value = only?.write(`$batch.${key}`) ?? '""';
  const body = call.body?.(!only || only.key === '' ? value : `{ ${only.key}: ${value} }`);
  const path = call.path(() => `$batch.${key}->joinNotNull(',')`);
  return connector(call, path, body, false);
}

function connector(call: Call, path: string, body: string | undefined, isFinder: boolean): SdlDirective {
  const headers = call.headers.map(([name, value]) => ({ name, value }));
  return {
    name: 'xml',
    args: {
      upstream: call.upstream,
      [call.verb]: path,
      headers: headers.length > 0 ? headers : undefined,
      body,
      selection: call.selection,
      entity: isFinder ? true : undefined,
    },
  };
}
