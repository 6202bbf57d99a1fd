import type { Front } from './front/front.ts';
import { createSchemaFiles } from './front/schema-files.ts';
import type { ServedSnapshot, SnapshotSource } from './front/snapshot.ts';
import { isStream, withEnd } from './http/message.ts';
import type { HttpRequest, HttpResponse } from './http/message.ts';
import type { InboundContext } from './policies/kinds.ts';
import type { Endpoint } from './request.ts';
import type { RunningGraph } from './supergraph/running-graph.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import type { FindVariant } from './variant-places.ts';

/** The variants of a running graph: each has a front of its own, so that documents and persisted queries never mix. */
export interface Variants {
  /** Undefined = the main graph answers. */
  endpoint(request: HttpRequest, context: InboundContext): Endpoint | undefined;
  /** Opens what the variants of a graph need before it is served. */
  ready(next: Snapshot): Promise<void>;
  /** Each variant that is served now and in the next graph, with its front. */
  kept(next: Snapshot): readonly { readonly front: Front; readonly from: Snapshot; readonly to: Snapshot }[];
  close(): Promise<void>;
}

export interface VariantsParts {
  readonly graph: RunningGraph<Snapshot>;
  /** Which variant of this graph answers a request. */
  readonly placesOf: (graph: Snapshot) => FindVariant | undefined;
  readonly openFront: (snapshots: SnapshotSource, variant: string) => Promise<Front>;
  /** Whether clients may read the schema. */
  readonly introspection: boolean;
  readonly page?: Endpoint['page'];
  /** Told of a front that did not close. */
  readonly onCloseFailure: (error: unknown) => void;
}

/** A variant as long as it is served under one name; graphs come and go under it. */
interface Seat {
  readonly front: Front;
  readonly endpoint: Omit<Endpoint, 'path'>;
  running: number;
}

/** @param parts of a gateway; the first graph still has to be made `ready` */
export function createVariants(parts: VariantsParts): Variants {
  const { graph, placesOf, openFront, introspection, page } = parts;
  const seats = new Map<string, Seat>();
  const graphOf = new WeakMap<object, Snapshot>();
  /** Of variants that have been taken away, as long as something runs there. */
  const leaving = new Set<Seat>();
  const closing = new Set<Promise<void>>();

  const closeSeat = (seat: Seat): void => {
    leaving.delete(seat);
    const closed = seat.front.close().catch(parts.onCloseFailure);
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };

  const sourceOf = (name: string, first: Snapshot): SnapshotSource => {
    let latest = first;
    const isServed = () => graph.current().variants.has(name);
    const whole = (snapshot: ServedSnapshot): Snapshot => graphOf.get(snapshot) ?? graph.current();
    return {
      // A request may have been on its way when its variant was taken out of the graph: it ends as it began.
      current: () => (latest = graph.current().variants.get(name) ?? latest),
      isServed,
      onChange(listener) {
        let wasServed = true;
        return graph.onChange(() => {
          const served = isServed();
          if (served || wasServed) listener();
          wasServed = served;
        });
      },
      retain: (snapshot) => graph.retain(whole(snapshot)),
      release: (snapshot) => graph.release(whole(snapshot)),
      evicted: (snapshot) => graph.evicted(whole(snapshot)),
    };
  };

  /** Keeps the graph until the answer has begun, also if the variant is taken away meanwhile; a stream then holds its own. */
  const answer = async (seat: Seat, request: HttpRequest, context: InboundContext): Promise<HttpResponse> => {
    const served = graph.current();
    graph.retain(served);
    try {
      return await seat.front.handle(request, context);
    } finally {
      graph.release(served);
    }
  };

  /** Counts what runs: the front of a variant that has been taken away closes with the last of it. */
  const handle = async (seat: Seat, request: HttpRequest, context: InboundContext): Promise<HttpResponse> => {
    seat.running++;
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      if (--seat.running === 0 && leaving.has(seat)) closeSeat(seat);
    };
    let response: HttpResponse | undefined;
    try {
      response = await answer(seat, request, context);
      return response;
    } finally {
      if (response && isStream(response.body)) {
        response.body = withEnd(response.body, end);
        // A client may leave before anybody has begun to read the stream.
        if (context.signal.aborted) end();
        else context.signal.addEventListener('abort', end, { once: true });
      } else end();
    }
  };

  const open = async (name: string, first: Snapshot): Promise<Seat> => {
    const snapshots = sourceOf(name, first);
    const front = await openFront(snapshots, name);
    const seat: Seat = {
      front,
      endpoint: {
        front: { handle: (request, context) => handle(seat, request, context) },
        page,
        schemaFiles: introspection ? createSchemaFiles(() => snapshots.current()) : undefined,
      },
      running: 0,
    };
    return seat;
  };

  const stopListening = graph.onChange(() => {
    const { variants } = graph.current();
    for (const [name, seat] of seats) {
      if (variants.has(name)) continue;
      seats.delete(name);
      leaving.add(seat);
      if (seat.running === 0) closeSeat(seat);
    }
  });

  return {
    endpoint(request, context) {
      const found = placesOf(graph.current())?.(request, context.identity);
      if (!found) return undefined;
      const seat = seats.get(found.variant);
      // Never the main graph instead, which shows more.
      if (!seat) throw new Error(`the variant "${found.variant}" is served and has no front`);
      context.variant = found.variant;
      return { ...seat.endpoint, path: found.path };
    },
    async ready(next) {
      for (const [name, snapshot] of next.variants) {
        graphOf.set(snapshot, next);
        if (!seats.has(name)) seats.set(name, await open(name, snapshot));
      }
    },
    kept: (next) =>
      [...graph.current().variants].flatMap(([name, from]) => {
        const [seat, to] = [seats.get(name), next.variants.get(name)];
        return seat && to ? [{ front: seat.front, from, to }] : [];
      }),
    async close() {
      stopListening();
      for (const seat of [...seats.values(), ...leaving]) closeSeat(seat);
      await Promise.all(closing);
    },
  };
}
