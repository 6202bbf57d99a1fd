import { mulberry32 } from '../../../common/random.ts';
import type { NewReview } from './reviews.ts';

const REVIEW_COUNT = 6_000;
const USER_COUNT = 5_000;
const PRODUCT_COUNT = 2_000;
const SEED = 0x4e71e3;
const FIRST_REVIEW_AT_MS = Date.UTC(2026, 3, 1, 7, 30, 0);
const BETWEEN_REVIEWS_MS = 29 * 60_000;

const TITLES = [
  'Great',
  'Does what it should',
  'Für den Preis gut',
  'Never again',
  '"Best" of its kind',
  null,
] as const;
const BODIES = [
  'Arrived quickly, works as described.',
  'Schöne Verarbeitung, aber die Anleitung ist <unlesbar>.',
  'Broke after a week & nobody answers.',
  'I bought three of them. \u{1F44D}',
  'Line one.\nLine two.',
] as const;

/** The reviews of the demo, r1 first; the same every time. Every ninth product has none. */
export function* seedReviews(): Generator<{ sku: string; review: NewReview }> {
  const random = mulberry32(SEED);
  for (let number = 1; number <= REVIEW_COUNT; number++) {
    let product = 1 + Math.floor(random() * PRODUCT_COUNT);
    if (product % 9 === 0) product--;
    const createdAtMs = FIRST_REVIEW_AT_MS + number * BETWEEN_REVIEWS_MS;
    yield {
      sku: String(product).padStart(6, '0'),
      review: {
        author_id: `u${1 + Math.floor(random() * USER_COUNT)}`,
        // Of two throws the better one: people praise more often than they complain.
        stars: 1 + Math.floor(Math.max(random(), random()) * 5),
        title: TITLES[number % TITLES.length]!,
        body: BODIES[number % BODIES.length]!,
        created_at: `${new Date(createdAtMs).toISOString().slice(0, 19)}Z`,
      },
    };
  }
}
