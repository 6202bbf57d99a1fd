import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parse,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type { Problem } from '../problem.ts';
import { interpolate } from './interpolate.ts';

export type Path = readonly (string | number)[];
export type Environment = Readonly<Record<string, string | undefined>>;

/** Both ways to read a value that came from the environment: as text, and as YAML would read it. */
interface Reading {
  readonly asText: string;
  readonly asScalar: unknown;
}

/** A configuration file as data, that still knows where everything stands. */
export class ConfigSource {
  readonly file: string;
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #readings = new Map<Node, Reading>();
  /** Values that are a problem already, so that no second one is made of their absence. */
  readonly #spoilt = new Set<Node>();

  constructor(file: string, text: string, env: Environment) {
    this.file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, merge: true, prettyErrors: false });
    for (const error of this.#document.errors) {
      this.problems.push(this.#problem('CONFIG_SYNTAX', error.message.trim(), error.pos[0]));
    }
    if (this.problems.length === 0) this.#interpolate(env);
  }

  /** Plain data. A key without a value counts as absent; `undefined` for an empty file. */
  data(): unknown {
    try {
      return emptyAsUndefined(this.#document.toJS({ mapAsMap: false, maxAliasCount: 100 }));
    } catch (error) {
      // Aliases that multiply beyond reason.
      this.problems.push(this.#problem('CONFIG_SYNTAX', (error as Error).message, 0));
      return undefined;
    }
  }

  /** An error at a value, or (`at: 'key'`) at the last key of the path; the nearest parent if there is no such node. */
  problemAt(
    path: Path,
    details: { code: string; message: string; fix?: string | undefined },
    at: 'key' | 'value' = 'value',
  ): Problem {
    const { message, code, fix } = details;
    const node = this.#find(path, at);
    return this.#problem(code, message, node?.range?.[0] ?? 0, fix);
  }

  /** Whether the file has this key, with or without a value. */
  has(path: Path): boolean {
    return this.#find(path, 'key', true) !== undefined;
  }

  isSpoilt(path: Path): boolean {
    const node = this.#find(path, 'value', true);
    return node !== undefined && this.#spoilt.has(node);
  }

  /** Takes the other reading of a value from the environment; `false` if there is no other. */
  readOtherwise(path: Path): boolean {
    const node = this.#find(path, 'value', true);
    const reading = node && this.#readings.get(node);
    if (!reading || !isScalar(node)) return false;
    node.value = node.value === reading.asText ? reading.asScalar : reading.asText;
    this.#readings.delete(node);
    return true;
  }

  #interpolate(env: Environment): void {
    visit(this.#document, {
      Scalar: (key, node) => {
        if (key === 'key' || typeof node.value !== 'string') return;
        const result = interpolate(node.value, env);
        if (!result) return;
        for (const name of new Set(result.missing)) {
          this.#spoil(node, 'CONFIG_ENV_MISSING', {
            message: `The environment variable ${name} is not set.`,
            fix: `Set ${name}, or give a default: \${${name}:-value}`,
          });
        }
        for (const reference of result.malformed) {
          this.#spoil(node, 'CONFIG_ENV_MALFORMED', {
            message: `"${reference}" is not a reference to an environment variable.`,
            fix: 'Write ${NAME} or ${NAME:-default}; for the characters themselves, $${',
          });
        }
        node.value = result.text;
        if (result.whole) this.#offerReadings(node, result.text);
      },
    });
  }

  /** Quotes ask for text; without them the value is what YAML makes of it. The other reading stays at hand. */
  #offerReadings(node: Node & { value: unknown; type?: string }, asText: string): void {
    const asScalar = readScalar(asText);
    if (asScalar === asText) return;
    this.#readings.set(node, { asText, asScalar });
    if (node.type === 'PLAIN') node.value = asScalar;
  }

  #spoil(node: Node, code: string, { message, fix }: { message: string; fix: string }): void {
    this.#spoilt.add(node);
    this.problems.push(this.#problem(code, message, node.range?.[0] ?? 0, fix));
  }

  #find(path: Path, at: 'key' | 'value', exact = false): Node | undefined {
    let node = this.#document.contents as Node | undefined;
    for (const [depth, segment] of path.entries()) {
      const parent = isAlias(node) ? node.resolve(this.#document) : node;
      let child: Node | undefined;
      if (isMap(parent)) {
        const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
        const wanted = at === 'key' && depth === path.length - 1 ? pair?.key : (pair?.value ?? pair?.key);
        if (isNode(wanted)) child = wanted;
      } else if (isSeq(parent)) {
        const item = parent.items[Number(segment)];
        if (isNode(item)) child = item;
      }
      if (!child) return exact ? undefined : node;
      node = child;
    }
    return node;
  }

  #problem(code: string, message: string, offset: number, fix?: string): Problem {
    const { line, col } = this.#lines.linePos(offset);
    const position = { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
    return { severity: 'error', code, message, ...position, ...(fix === undefined ? {} : { fix }) };
  }
}

/** `key:` with nothing behind it is `null` in YAML; here it asks for the default. */
function emptyAsUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(emptyAsUndefined);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, emptyAsUndefined(item)]));
}

function readScalar(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}
