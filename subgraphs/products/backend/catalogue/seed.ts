import type { Json } from '../../../common/grpc/struct.ts';
import { random } from '../../../common/random.ts';
import type { Random } from '../../../common/random.ts';
import type { Category, Media, Money, Product } from './messages.ts';
import { ADJECTIVES, COLOURS, KINDS, MATERIALS, SENTENCES, SHELVES, TAGS } from './words.ts';

export const SEEDED_PRODUCTS = 2000;

/** 2021-01-01T00:00:00Z, in seconds since 1970. */
const FIRST_DAY = 1_609_459_200;

const DAY_SECONDS = 86_400;

/** A value of a ProductStatus newer than the .proto: whoever reads it must cope. */
export const UNKNOWN_STATUS = 7;

/** A product as stored: the category by id, the metadata as plain JSON. */
export interface StoredProduct extends Omit<Product, 'category' | 'metadata'> {
  readonly categoryId: string;
  readonly metadata?: { readonly [key: string]: Json };
}

/** The 60 categories of a new database, parents first: 5 shelves, 3 divisions each, 2 or 3 kinds in each of those. */
export function seedCategories(): Category[] {
  const categories: Category[] = [];
  const add = (name: string, parentId?: string): string => {
    const id = `c${categories.length + 1}`;
    categories.push({ id, name, ...(parentId !== undefined && { parentId }) });
    return id;
  };
  const shelves = SHELVES.map(({ name, divisions }) => ({ id: add(name), divisions }));
  const divisions = shelves.flatMap(({ id, divisions }) =>
    divisions.map((name) => ({ id: add(name, id), name })),
  );
  for (const [index, { id, name }] of divisions.entries()) {
    for (const kind of KINDS.slice(0, index % 3 === 2 ? 2 : 3)) add(`${name}: ${kind}`, id);
  }
  return categories;
}

/** The products that a new database starts with; the same on every machine. */
export function* seedProducts(categories: readonly Category[]): Generator<StoredProduct> {
  const parents = new Set(categories.map(({ parentId }) => parentId));
  const leaves = categories.filter(({ id }) => !parents.has(id));
  const shelfOf = (category: Category): string => {
    const parent = categories.find(({ id }) => id === category.parentId);
    return parent ? shelfOf(parent) : category.name;
  };
  for (let number = 1; number <= SEEDED_PRODUCTS; number += 1) {
    const leaf = leaves[(number * 17) % leaves.length]!;
    const shelf = SHELVES.find(({ name }) => name === shelfOf(leaf))!;
    yield seedProduct(number, leaf.id, shelf.things);
  }
}

/** `000042` for 42. */
export function skuOf(number: number): string {
  return String(number).padStart(6, '0');
}

function seedProduct(number: number, categoryId: string, things: readonly string[]): StoredProduct {
  const pick = random(number * 104_729);
  const sku = skuOf(number);
  const name = `${pick.pick(ADJECTIVES)} ${pick.pick(things)} ${100 + pick.below(900)}`;
  return {
    sku,
    name,
    ...(number % 6 !== 0 && { description: `${pick.pick(SENTENCES)} ${pick.pick(SENTENCES)}` }),
    price: seedPrice(pick),
    categoryId,
    ...seedMedia(number, sku, name, pick),
    attributes: {
      colour: pick.pick(COLOURS),
      matière: pick.pick(MATERIALS),
      'part-no': skuOf(pick.below(1e6)),
    },
    dimensions:
      number % 9 === 0 ? {} : { width: 10 + pick.below(4000) / 8, height: 10 + pick.below(4000) / 10 },
    releasedAt: { seconds: String(FIRST_DAY + number * DAY_SECONDS), nanos: (number % 4) * 250_000_000 },
    ...(number % 5 !== 0 && { warranty: { seconds: String((1 + pick.below(3)) * 365 * DAY_SECONDS) } }),
    ...(number % 13 !== 0 && { weightGrams: { value: number % 11 === 0 ? 0 : 1 + pick.below(30_000) } }),
    ...(number % 10 !== 0 && { metadata: seedMetadata(pick) }),
    status: seedStatus(number, pick),
    barcode: Uint8Array.from({ length: number % 2 === 0 ? 8 : 13 }, () => pick.below(256)),
    viewCount: number % 100 === 1 ? String(2n ** 53n + BigInt(number)) : String(pick.below(1_000_000)),
    ...(number % 7 !== 0 && { pieces: number % 17 === 0 ? 0 : 1 + pick.below(12) }),
    ...(number % 3 !== 0 && { fragile: pick.below(2) === 1 }),
    tags: TAGS.filter(() => pick.below(3) === 0),
  };
}

function seedStatus(number: number, pick: Random): number {
  if (number % 100 === 99) return UNKNOWN_STATUS;
  if (number % 97 === 0) return 0;
  return [1, 2, 2, 2, 2, 2, 2, 3][pick.below(8)]!;
}

function seedPrice(pick: Random): Money {
  const currency = pick.pick(['EUR', 'EUR', 'EUR', 'CHF', 'SEK', 'JPY']);
  const whole = 1 + pick.below(900);
  if (currency === 'JPY') return { amount: String(whole * 100), currency };
  return { amount: `${whole}.${pick.pick(['00', '50', '90', '95', '99'])}`, currency };
}

function seedMedia(number: number, sku: string, name: string, pick: Random): Media {
  const url = `https://media.example/${sku}`;
  switch (number % 5) {
    case 0:
      return {};
    case 1:
      return {
        video: {
          url: `${url}.webm`,
          duration: { seconds: String(20 + pick.below(600)), nanos: pick.below(1000) * 1_000_000 },
          subtitles: ['de', 'fr-CH', 'en'].slice(0, pick.below(4)),
        },
      };
    case 2:
      return {
        document: {
          url: `${url}.pdf`,
          mediaType: 'application/pdf',
          ...(pick.below(4) > 0 && { pages: { value: 1 + pick.below(80) } }),
        },
      };
    default:
      return {
        image: { url: `${url}.avif`, width: 1200, height: 800, ...(number % 4 !== 0 && { altText: name }) },
      };
  }
}

function seedMetadata(pick: Random): { readonly [key: string]: Json } {
  return {
    maker: { name: 'Müller & Sœurs', founded: 1898 + pick.below(120), closed: null },
    tests: [pick.below(100) / 4, pick.below(2) === 1, 'bestanden ✓'],
    'energy class': pick.pick(['A', 'B', 'C']),
  };
}
