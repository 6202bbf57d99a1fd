import { compileMapping, parseMapping } from '../../../gateway/connectors/mapping/mapping.ts';
import type {
  ConnectVersion,
  Dialect,
  Variables,
  Want,
} from '../../../gateway/connectors/mapping/mapping.ts';

export interface Given {
  readonly version?: ConnectVersion;
  readonly dialect?: Dialect;
  readonly direction?: 'request' | 'response';
  readonly variables?: Variables;
  readonly want?: Want;
}

/** Parses, compiles and applies a mapping; a mapping with problems throws them. */
export function evaluate(text: string, data: unknown, given: Given = {}): unknown {
  const { version = '0.4', dialect = 'json', direction, variables = {}, want } = given;
  const options = { version, dialect, ...(direction === undefined ? {} : { direction }) };
  const { mapping, problems } = parseMapping(text, options);
  if (mapping === undefined) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return compileMapping(mapping, want)(data, variables);
}

/** The messages of a mapping's problems. */
export function problemsOf(
  text: string,
  version: ConnectVersion = '0.4',
  dialect: Dialect = 'json',
): string[] {
  return parseMapping(text, { version, dialect }).problems.map((problem) => problem.message);
}
