import { isDeepStrictEqual } from 'node:util';
import type { BoundSubscription, Executable, ExecutionResult } from '../compile/executable.ts';
import type { RequestContext } from '../context.ts';
import { SluiceError } from '../errors.ts';
import type { Variables } from '../compile/variables.ts';
import type { Hold } from './snapshot-holders.ts';
import type { ServedSnapshot } from './snapshot.ts';

/** What became of a subscription when the schema changed. */
export type Fate = 'carriedOn' | 'moved' | 'ended';

export interface LiveSubscriptionOptions {
  readonly hold: Hold;
  readonly variables: Variables | undefined;
  readonly context: RequestContext;
  readonly onFate: (fate: Fate) => void;
  /** Called before it is decided that it ends with its snapshot: it may not have been asked yet to follow. */
  readonly onEviction: () => void;
  /** It has to end; whoever reads it is to be told. */
  readonly onCut: (reason: SluiceError) => void;
  readonly onEnd: () => void;
}

/** A graph that answers the events, held as long as it does. */
interface Seat {
  readonly snapshot: ServedSnapshot;
  readonly bound: BoundSubscription;
  /** Idempotent. */
  readonly leave: () => void;
}

/** One opened source; the graph that it was opened in may be gone. */
interface Feed {
  readonly iterator: AsyncIterator<unknown, unknown, undefined>;
  readonly controller: AbortController;
  /** Whether its next event is being waited for. */
  isAsked: boolean;
  readonly onEvent: (result: Incoming) => void;
  readonly onFailure: (error: unknown) => void;
}

type Incoming = IteratorResult<unknown, unknown>;
type Result = IteratorResult<ExecutionResult, undefined>;

const DONE: Result = { done: true, value: undefined };

/**
 * One subscription from its client's view: it lasts while graphs come and go. The *seat* is the graph that answers, the
 * *feed* the stream that brings the events. In the next graph
 *
 * - a source that is the same call keeps its feed, and only the seat changes, between two events;
 * - another source is opened beside the old one, and takes over with its first event, at the latest when the time of
 *   the old graph is over or its feed ends;
 * - what is not possible any more goes on as it is, until the old graph is evicted.
 */
export class LiveSubscription implements AsyncIterableIterator<ExecutionResult, undefined, undefined> {
  readonly #options: LiveSubscriptionOptions;
  #seat: Seat;
  /** Takes the seat after the event that is being answered. */
  #nextSeat: Seat | undefined;
  #feed: Feed | undefined;
  #move: { seat: Seat; readonly feed: Feed } | undefined;
  /** An event that has come before anybody asked. */
  #early: Incoming | undefined;
  /** The same of a failure. */
  #failure: { readonly error: unknown } | undefined;
  #waiting: ((result: Result) => void) | undefined;
  #isAnswering = false;
  #isOver = false;
  #whyStaying = 'It has no source any more. Subscribe again.';

  constructor(snapshot: ServedSnapshot, bound: BoundSubscription, options: LiveSubscriptionOptions) {
    this.#options = options;
    this.#seat = this.#take(snapshot, bound);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#failure) this.#finish(this.#failure.error);
      else if (this.#early === undefined) this.#ask((this.#feed ??= this.#open(this.#seat.bound)));
      else {
        const event = this.#early;
        this.#early = undefined;
        this.#serve(event);
      }
    });
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve(DONE);
  }

  /** Lets everything go. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#dropMove();
    if (this.#feed) close(this.#feed);
    this.#nextSeat?.leave();
    this.#seat.leave();
    this.#reply(DONE);
    this.#options.onEnd();
  }

  /** Whether it has to be told of this snapshot. */
  isBehind(snapshot: ServedSnapshot): boolean {
    return !this.#isOver && (this.#nextSeat ?? this.#seat).snapshot !== snapshot;
  }

  /** The graph has changed, and this is its executable for the same operation. */
  follow(snapshot: ServedSnapshot, executable: Executable): void {
    const { variables, context } = this.#options;
    const bound = executable.bind?.(variables, context);
    if (!bound || 'refused' in bound) {
      this.stay(`Its variables do not fit the new schema: ${bound?.refused.errors?.[0]?.message ?? ''}`);
      return;
    }
    const source = bound.source();
    const served = this.#nextSeat ?? this.#seat;
    if (this.#feed === undefined || isDeepStrictEqual(source, served.bound.source())) {
      this.#dropMove();
      this.#sit(this.#take(snapshot, bound));
      this.#options.onFate('carriedOn');
      return;
    }
    if (this.#move && isDeepStrictEqual(source, this.#move.seat.bound.source())) {
      this.#move.seat.leave();
      this.#move.seat = this.#take(snapshot, bound);
      return;
    }
    this.#dropMove();
    const feed = this.#open(bound);
    this.#move = { seat: this.#take(snapshot, bound), feed };
    this.#ask(feed);
  }

  /** The graph has changed, and this operation has no place in it: it ends with the graph that it runs on. */
  stay(why: string): void {
    this.#dropMove();
    this.#whyStaying = why;
  }

  #take(snapshot: ServedSnapshot, bound: BoundSubscription): Seat {
    const leave = this.#options.hold(snapshot, () => this.#evicted(snapshot));
    return { snapshot, bound, leave };
  }

  /** From the next event on this graph answers. */
  #sit(seat: Seat): void {
    this.#nextSeat?.leave();
    this.#nextSeat = seat;
    if (!this.#isAnswering) this.#changeSeat();
  }

  #changeSeat(): void {
    if (this.#nextSeat === undefined) return;
    this.#seat.leave();
    this.#seat = this.#nextSeat;
    this.#nextSeat = undefined;
  }

  #evicted(snapshot: ServedSnapshot): void {
    // What is being answered ends there; the next event is another graph's.
    if (this.#isOver || this.#nextSeat || this.#seat.snapshot !== snapshot) return;
    this.#options.onEviction();
    if (this.#isOver || this.#nextSeat || this.#seat.snapshot !== snapshot) return;
    if (this.#move) {
      this.#finishMove();
      return;
    }
    this.#options.onFate('ended');
    this.#options.onCut(
      new SluiceError(
        'SUBSCRIPTION_SCHEMA_RELOAD',
        `The schema of this gateway has changed, and this subscription ends with the old one. ${this.#whyStaying}`,
      ),
    );
  }

  #open(bound: BoundSubscription): Feed {
    const controller = new AbortController();
    const feed: Feed = {
      iterator: bound.open(controller.signal),
      controller,
      isAsked: false,
      onEvent: (result) => this.#arrived(feed, result),
      onFailure: (error) => this.#failed(feed, error),
    };
    return feed;
  }

  #ask(feed: Feed): void {
    if (feed.isAsked) return;
    feed.isAsked = true;
    feed.iterator.next().then(feed.onEvent, feed.onFailure);
  }

  #arrived(feed: Feed, result: Incoming): void {
    feed.isAsked = false;
    if (feed === this.#move?.feed) {
      if (result.done === true) this.#moveFailed('its source in the new schema has no events');
      else {
        this.#finishMove();
        this.#serveOrKeep(result);
      }
    } else if (feed === this.#feed) {
      // An old source that ends, as its backend is stopped, is what a move is for.
      if (result.done === true && this.#move) this.#finishMove();
      else this.#serveOrKeep(result);
    }
  }

  #failed(feed: Feed, error: unknown): void {
    feed.isAsked = false;
    if (feed === this.#move?.feed) this.#moveFailed(reasonOf(error));
    else if (feed === this.#feed) {
      if (this.#move) this.#finishMove();
      else this.#finish(error);
    }
  }

  #serveOrKeep(result: Incoming): void {
    if (this.#waiting && !this.#isAnswering) this.#serve(result);
    else this.#early = result;
  }

  /** Somebody waits for it. */
  #serve(event: Incoming): void {
    if (event.done === true) {
      this.end();
      return;
    }
    this.#isAnswering = true;
    this.#seat.bound.answer(event.value).then(this.#onAnswer, this.#onNoAnswer);
  }

  readonly #onAnswer = (value: ExecutionResult): void => {
    this.#isAnswering = false;
    this.#changeSeat();
    this.#reply({ done: false, value });
  };

  readonly #onNoAnswer = (error: unknown): void => {
    this.#isAnswering = false;
    this.#finish(error);
  };

  #reply(result: Result): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(result);
  }

  /** The source has failed: that is told, and is the end. */
  #finish(error: unknown): void {
    if (this.#isOver) return;
    if (this.#waiting === undefined) {
      this.#failure = { error };
      return;
    }
    this.#reply({ done: false, value: this.#seat.bound.failed(error) });
    this.end();
  }

  #finishMove(): void {
    const { seat, feed } = this.#move!;
    this.#move = undefined;
    if (this.#feed) close(this.#feed);
    this.#feed = feed;
    // What the old source still had is no event of the new one.
    this.#early = undefined;
    this.#failure = undefined;
    this.#sit(seat);
    this.#options.onFate('moved');
  }

  #moveFailed(why: string): void {
    this.stay(`It could not be moved to the new one: ${why}. Subscribe again.`);
  }

  #dropMove(): void {
    if (!this.#move) return;
    close(this.#move.feed);
    this.#move.seat.leave();
    this.#move = undefined;
  }
}

function close({ controller, iterator }: Feed): void {
  controller.abort(new SluiceError('REQUEST_CANCELLED', 'Nobody reads these events any more.'));
  // Not awaited: a source that waits for an event may answer only after it.
  iterator.return?.().then(undefined, () => undefined);
}

function reasonOf(error: unknown): string {
  const { code, message } = SluiceError.from(error);
  return code === 'INTERNAL_SERVER_ERROR' ? 'its source failed' : message.replace(/\.$/, '');
}
