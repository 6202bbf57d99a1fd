import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../../../common/sqlite/transaction.ts';
import { seedReviews } from './seed.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS reviews (
    number INTEGER PRIMARY KEY,
    sku TEXT NOT NULL,
    author_id TEXT NOT NULL,
    stars INTEGER NOT NULL,
    title TEXT,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS reviews_by_sku ON reviews (sku, created_at DESC, number DESC);
`;

/** A review as it goes over the wire. */
export interface Review {
  readonly id: string;
  readonly author_id: string;
  readonly stars: number;
  readonly title: string | null;
  readonly body: string;
  /** RFC 3339, UTC. */
  readonly created_at: string;
}

export interface ProductReviews {
  readonly sku: string;
  /** Of all its reviews, rounded to two places; null without any. */
  readonly average_rating: number | null;
  readonly total: number;
  /** Newest first. */
  readonly reviews: readonly Review[];
}

export type NewReview = Omit<Review, 'id'>;

type ReviewRow = [
  sku: string,
  number: number,
  authorId: string,
  stars: number,
  title: string | null,
  body: string,
  createdAt: string,
];
type RatingRow = [sku: string, average: number, total: number];

/** Makes and fills the table if it is not there: all or nothing, the same bytes every time. */
export function prepareReviews(database: DatabaseSync): void {
  inTransaction(database, () => {
    database.exec(SCHEMA);
    if (database.prepare('SELECT 1 FROM reviews LIMIT 1').get() !== undefined) return;
    const insert = database.prepare('INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?)');
    for (const { sku, review } of seedReviews()) insert.run(sku, ...columnsOf(review));
  });
}

/** The reviews of products. Two statements for any number of skus. */
export class ReviewTable {
  readonly #ratings: StatementSync;
  readonly #newest: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#ratings = database.prepare(
      'SELECT sku, round(avg(stars), 2), count(*) FROM reviews ' +
        'WHERE sku IN (SELECT value FROM json_each(?)) GROUP BY sku',
    );
    // The inner query runs once per sku, along the index.
    this.#newest = database.prepare(`
      SELECT r.sku, r.number, r.author_id, r.stars, r.title, r.body, r.created_at
      FROM json_each(?1) asked CROSS JOIN reviews r
      WHERE r.number IN (
        SELECT number FROM reviews WHERE sku = asked.value ORDER BY created_at DESC, number DESC LIMIT ?2
      ) ORDER BY r.sku, r.created_at DESC, r.number DESC`);
    this.#ratings.setReturnArrays(true);
    this.#newest.setReturnArrays(true);
    this.#insert = database.prepare('INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?)');
  }

  /** One entry per sku; those without a review have an empty one. Skus must be unique. */
  ofProducts(skus: readonly string[], limit: number): ProductReviews[] {
    const wanted = JSON.stringify(skus);
    const ratings = new Map<string, { average: number; total: number }>();
    for (const [sku, average, total] of this.#ratings.all(wanted) as unknown as RatingRow[]) {
      ratings.set(sku, { average, total });
    }
    const reviews = new Map<string, Review[]>(skus.map((sku) => [sku, []]));
    for (const row of this.#newest.all(wanted, limit) as unknown as ReviewRow[]) {
      const [sku, number, author_id, stars, title, body, created_at] = row;
      reviews.get(sku)!.push({ id: `r${number}`, author_id, stars, title, body, created_at });
    }
    return skus.map((sku) => ({
      sku,
      average_rating: ratings.get(sku)?.average ?? null,
      total: ratings.get(sku)?.total ?? 0,
      reviews: reviews.get(sku)!,
    }));
  }

  add(sku: string, review: NewReview): Review {
    const { lastInsertRowid } = this.#insert.run(sku, ...columnsOf(review));
    return { id: `r${lastInsertRowid}`, ...review };
  }
}

function columnsOf(review: NewReview): (string | number | null)[] {
  return [review.author_id, review.stars, review.title, review.body, review.created_at];
}
