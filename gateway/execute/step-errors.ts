import type { GraphQLFormattedError } from 'graphql';
import type { Step } from '../compile/dataflow.ts';
import type { ErrorLog } from './error-log.ts';
import type { RunState } from './run-state.ts';

interface Known {
  readonly state: RunState;
  told: number;
}

/** Errors without a place in the data, by the deliveries of the steps that they come from: each goes with a part that waited for it. */
export class StepErrors {
  readonly #run: { readonly state: RunState; readonly newErrors: () => ErrorLog };
  readonly #byDeliveries = new Map<string, Known>();

  constructor(run: { readonly state: RunState; readonly newErrors: () => ErrorLog }) {
    this.#run = run;
  }

  /** The run as a step sees it: all is shared but the errors. */
  stateOf({ fetch: { deliveries } }: Step): RunState {
    const { state, newErrors } = this.#run;
    if (!deliveries) return state;
    const key = deliveries.join(' ');
    let known = this.#byDeliveries.get(key);
    if (!known) {
      known = { state: { ...state, errors: newErrors() }, told: 0 };
      this.#byDeliveries.set(key, known);
    }
    return known.state;
  }

  /** What of the steps nobody has told yet. */
  take(steps: readonly (Step | undefined)[]): readonly GraphQLFormattedError[] {
    const taken: GraphQLFormattedError[] = [];
    for (const step of steps) {
      const known = this.#byDeliveries.get(step?.fetch.deliveries?.join(' ') ?? '');
      const errors = known?.state.errors.entries();
      if (!known || !errors) continue;
      taken.push(...errors.slice(known.told));
      known.told = errors.length;
    }
    return taken;
  }
}
