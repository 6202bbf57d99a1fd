import type { CallEstimate } from '../supergraph/subgraph.ts';
import type { Values } from './arguments.ts';
import { operationName } from './request.ts';
import type { Child, LoadStep, Position, Step } from './step.ts';
import { SIZE_ARGUMENTS } from './step.ts';
import type { Target } from './target.ts';

/** Adds up how often a selection asks each target at most. */
export class Estimator {
  readonly #assumedListSize: number;
  readonly #variables: Values;
  readonly estimates: CallEstimate[] = [];

  constructor(assumedListSize: number, variables: Values) {
    this.#assumedListSize = assumedListSize;
    this.#variables = variables;
  }

  /** `count`: how many objects stand at the position at most. `size`: what an argument above said of the next list. */
  visit(position: Position, count: number, at: string, size?: number): void {
    for (const inner of position.byType?.values() ?? []) this.visit(inner, count, at, size);
    for (const step of position.steps) this.#step(step, count, at);
    for (const child of position.children) this.#child(child, count, at, size);
  }

  #child({ key, position, sizeArguments }: Child, count: number, at: string, size: number | undefined): void {
    const own = this.#size(sizeArguments) ?? size;
    const below = position.listDepth > 0 ? count * (own ?? this.#assumedListSize) : count;
    // `users(first: 50) { nodes }`: the argument speaks of the next list below it.
    this.visit(position, below, join(at, key), position.listDepth > 0 ? undefined : own);
  }

  #step(step: Step, count: number, at: string): void {
    if (step.kind === 'load') {
      this.#add(step.target, count, at === '' ? clientKeys(step) : at);
      for (const child of step.position.children) this.#child(child, count, at, undefined);
      return;
    }
    const place = join(at, step.output.key);
    if (step.kind === 'call')
      this.#add(step.target, step.isRoot || step.target.keyPaths.length === 0 ? 1 : count, place);
    const size = this.#size(step.args);
    const { position } = step;
    const below = position.listDepth > 0 ? count * (size ?? this.#assumedListSize) : count;
    this.visit(position, below, place, position.listDepth > 0 ? undefined : size);
  }

  #add(target: Target, asked: number, at: string): void {
    const maxBatchSize = target.batch?.maxSize ?? 0;
    const calls = maxBatchSize > 0 ? Math.ceil(asked / maxBatchSize) : asked;
    const operation =
      target.batch && asked > 1 ? target.batch.operation : operationName(target.connector, target.method);
    this.estimates.push({ upstream: target.connector.upstream, operation, at, asked, calls, maxBatchSize });
  }

  #size(read: ((variables: Values) => Values) | undefined): number | undefined {
    if (!read) return undefined;
    let args: Values;
    try {
      args = read(this.#variables);
    } catch {
      return undefined;
    }
    for (const name of SIZE_ARGUMENTS) if (typeof args[name] === 'number') return Math.max(args[name], 0);
    return undefined;
  }
}

/** What only the gateway wants (a part of a key) has a name that starts with `$`. */
const clientKeys = (step: LoadStep) =>
  step.outputs
    .map((o) => o.key)
    .filter((key) => !key.startsWith('$'))
    .join(',');

const join = (at: string, key: string) => (at === '' ? key : `${at}.${key}`);
