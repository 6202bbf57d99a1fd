import type { RunningProcess } from '../process.ts';

/** GraphQL requests and everybody who can answer them, side by side in the same run. */
export interface Workload {
  readonly name: string;
  /** One line for the table's heading. */
  readonly title: string;
  /** Bodies of the POSTs, sent in turn. JSON text in which `SEQUENCE` stands for a number that never comes twice. */
  readonly bodies: readonly string[];
  /** Requests under way at a time, unless the command line says otherwise: enough to keep the gateway busy. */
  readonly connections: number;
  /**
   * wrk instead of our own load generator, where it is installed: with answers this cheap our own would be the limit. wrk
   * drops what is under way when a round is over, which falsifies figures per request unless a round has many thousands.
   */
  readonly isFast?: true;
  /** Throws if `data` is not the whole right answer to `body`. */
  check(data: unknown, body: string): void;
  /** Starts the backends, which all contestants share. */
  prepare(stage: Stage): Promise<Prepared>;
}

/** Where a workload starts its processes; all of them end with the stage. */
export interface Stage {
  /** A folder of this run, for composed schemas and the like. */
  readonly directory: string;
  start(options: StageProcess): Promise<RunningProcess>;
}

export interface StageProcess {
  readonly name: string;
  /** Command and arguments; the first is a script of the project unless `command` is given. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `job`: on the measured core. `rest`: with the backends and the load. */
  readonly core: 'job' | 'rest';
  /** Answers 200 when the process is ready; without it a JSON line with `"ready": true` is awaited. */
  readonly readyUrl?: string;
  /** Instead of this Node, with its own flags, running the script. */
  readonly nodeFlags?: readonly string[];
}

export interface Prepared {
  /** Base URLs that answer `GET /counters` and `POST /counters/reset`. */
  readonly counters: readonly string[];
  readonly contestants: readonly Contestant[];
}

/** What answers the request: Sluice, a peer, or a floor that shows how little is possible. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'sluice' | 'peer' | 'floor';
  /** `answer` is what an earlier contestant answered to the first body, checked; the echo sends it back. */
  start(stage: Stage, answer: string | undefined): Promise<Started>;
}

export interface Started {
  readonly url: string;
  /** The process that clients talk to. */
  readonly gateway: RunningProcess;
  /** Processes that do a part of what Sluice does inside: subgraphs. */
  readonly subgraphs: readonly RunningProcess[];
}

/** Stands for a number that is another one in each request. Not to be confused with anything in a query. */
export const SEQUENCE = '@SEQUENCE@';

export function graphqlBody(query: string, variables?: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ query, variables });
}

/** The body that is sent as the nth of all. */
export function numbered(body: string, sequence: number): string {
  return body.replaceAll(SEQUENCE, `${sequence}`);
}
