import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { toStruct } from '../../../common/grpc/struct.ts';
import { scattered } from '../../../common/scattered.ts';
import { openDatabase } from '../../../common/sqlite/open.ts';
import { inTransaction } from '../../../common/sqlite/transaction.ts';
import { fold } from '../../../common/text.ts';
import type { Category, Product } from './messages.ts';
import { seedCategories, seedProducts, skuOf } from './seed.ts';
import type { StoredProduct } from './seed.ts';

/** Prefixed, so that the other services of this process may keep their tables in the same file. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS catalogue_categories (
    position INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    parent   TEXT REFERENCES catalogue_categories (id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS catalogue_products (
    number     INTEGER PRIMARY KEY, -- the sku without its leading zeros
    category   TEXT NOT NULL REFERENCES catalogue_categories (id),
    status     INTEGER NOT NULL,
    barcode    BLOB NOT NULL,
    view_count INTEGER NOT NULL,
    details    TEXT NOT NULL,       -- the other fields, as JSON
    search     TEXT NOT NULL        -- what SearchProducts looks into, folded
  ) STRICT;
  CREATE INDEX IF NOT EXISTS catalogue_products_by_category ON catalogue_products (category)`;

/** int64 as text: a JavaScript number would lose digits beyond 2^53. */
const COLUMNS = 'number, category, status, barcode, CAST(view_count AS TEXT) AS view_count, details';

const MATCHES = `
  NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(catalogue_products.search, value) = 0)
  AND (:category = '' OR category IN (
    WITH RECURSIVE below (id) AS (
      SELECT :category UNION ALL SELECT child.id FROM catalogue_categories child JOIN below ON child.parent = below.id
    ) SELECT id FROM below))`;

interface Row {
  readonly number: number;
  readonly category: string;
  readonly status: number;
  readonly barcode: Uint8Array;
  readonly view_count: string;
  readonly details: string;
}

/** What to look for. */
export interface Criteria {
  /** Folded; all of them must occur. */
  readonly words: readonly string[];
  /** Id of a category in or below which the product stands; `` for any. */
  readonly category: string;
}

/** The catalogue in an SQLite database. All methods are synchronous and throw on I/O errors. */
export class CatalogueStore {
  readonly #database: DatabaseSync;
  readonly #categories: ReadonlyMap<string, Category>;
  readonly #byNumbers: StatementSync;
  readonly #page: StatementSync;
  readonly #count: StatementSync;

  /** @param path of the database file, made and seeded if missing; `:memory:` for one that is gone on close */
  constructor(path: string) {
    const database = openDatabase(path);
    database.exec(SCHEMA);
    seed(database);
    this.#database = database;
    this.#categories = readCategories(database);
    this.#byNumbers = database.prepare(
      `SELECT ${COLUMNS} FROM catalogue_products WHERE number IN (SELECT value FROM json_each(:numbers))`,
    );
    this.#page = database.prepare(
      `SELECT ${COLUMNS} FROM catalogue_products WHERE number > :after AND ${MATCHES} ORDER BY number LIMIT :limit`,
    );
    this.#count = database.prepare(`SELECT count(*) AS total FROM catalogue_products WHERE ${MATCHES}`);
  }

  /** The products that exist, each once, in no order that a caller could rely on. */
  bySkus(skus: readonly string[]): Product[] {
    const numbers = skus.map(skuNumber).filter((number) => number !== undefined);
    const rows = this.#byNumbers.all({ numbers: JSON.stringify(numbers) }) as unknown as Row[];
    return rows.sort((a, b) => scattered(a.number) - scattered(b.number)).map((row) => this.#toProduct(row));
  }

  bySku(sku: string): Product | undefined {
    return this.bySkus([sku])[0];
  }

  /** Products whose number exceeds `after` and that match, in the order of their skus. */
  page({ words, category }: Criteria, after: number, limit: number): Product[] {
    const rows = this.#page.all({ words: JSON.stringify(words), category, after, limit });
    return (rows as unknown as Row[]).map((row) => this.#toProduct(row));
  }

  count({ words, category }: Criteria): number {
    return (this.#count.get({ words: JSON.stringify(words), category }) as { total: number }).total;
  }

  /** All categories without their children, parents first. */
  categories(): Category[] {
    return [...this.#categories.values()];
  }

  close(): void {
    this.#database.close();
  }

  #toProduct(row: Row): Product {
    const { metadata, ...details } = JSON.parse(row.details) as Omit<
      StoredProduct,
      'categoryId' | 'status' | 'barcode' | 'viewCount'
    >;
    return {
      ...details,
      category: this.#categories.get(row.category)!,
      status: row.status,
      barcode: row.barcode,
      viewCount: row.view_count,
      ...(metadata && { metadata: toStruct(metadata) }),
    };
  }
}

/** 42 for `000042`; undefined for what cannot be a sku. */
export function skuNumber(sku: string): number | undefined {
  const number = /^[0-9]{6}$/u.test(sku) ? Number(sku) : 0;
  return number > 0 && skuOf(number) === sku ? number : undefined;
}

function seed(database: DatabaseSync): void {
  inTransaction(database, () => {
    const { total } = database.prepare('SELECT count(*) AS total FROM catalogue_categories').get() as {
      total: number;
    };
    if (total === 0) fill(database);
  });
}

function fill(database: DatabaseSync): void {
  const categories = seedCategories();
  const addCategory = database.prepare('INSERT INTO catalogue_categories VALUES (?, ?, ?, ?)');
  for (const [position, { id, name, parentId }] of categories.entries()) {
    addCategory.run(position, id, name, parentId ?? null);
  }
  const addProduct = database.prepare(
    `INSERT INTO catalogue_products VALUES (:number, :category, :status, :barcode, :viewCount, :details, :search)`,
  );
  for (const product of seedProducts(categories)) addProduct.run(toRow(product));
}

function toRow(product: StoredProduct): Record<string, SQLInputValue> {
  const { categoryId, status, barcode, viewCount, ...details } = product;
  return {
    number: skuNumber(product.sku)!,
    category: categoryId,
    status,
    barcode,
    viewCount: BigInt(viewCount),
    details: JSON.stringify(details),
    search: fold([product.name, product.description, ...product.tags].filter(Boolean).join('\n')),
  };
}

function readCategories(database: DatabaseSync): Map<string, Category> {
  const rows = database.prepare('SELECT id, name, parent FROM catalogue_categories ORDER BY position').all();
  return new Map(
    (rows as { id: string; name: string; parent: string | null }[]).map(({ id, name, parent }) => [
      id,
      { id, name, ...(parent !== null && { parentId: parent }) },
    ]),
  );
}
