import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isInStock,
  PRODUCT_COUNT,
  productOf,
  reviewOf,
  reviewsOfProduct,
  reviewsOfUser,
  shippingEstimateOf,
  USER_COUNT,
  userOf,
} from './data.ts';

export type Source = Readonly<Record<string, unknown>>;
type Resolve = (source: Source, args: Source) => unknown;

/** A subgraph that answers from data at hand. Fields without a resolver are properties of their object. */
export interface CannedSubgraph {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Readonly<Record<string, Readonly<Record<string, Resolve>>>>;
  /** By entity type: a representation to its object; `null` = there is none. */
  readonly entities: Readonly<Record<string, (representation: Source) => Source | null>>;
}

const accounts: CannedSubgraph = {
  name: 'accounts',
  sdl: sdlOf('accounts'),
  resolvers: {
    Query: {
      me: () => userOf('1'),
      user: (_, { id }) => userOf(id as string),
      users: () => Array.from({ length: USER_COUNT }, (_, at) => userOf(`${at + 1}`)),
    },
  },
  entities: { User: ({ id }) => userOf(id as string) as Source | null },
};

const inventory: CannedSubgraph = {
  name: 'inventory',
  sdl: sdlOf('inventory'),
  resolvers: {},
  entities: {
    Product({ upc, price, weight }) {
      const known = { upc, inStock: isInStock(upc as string) };
      // Without what it requires the field is not there, and asking for it is an error.
      if (price === undefined || weight === undefined) return known;
      return { ...known, shippingEstimate: shippingEstimateOf(price as number, weight as number) };
    },
  },
};

const products: CannedSubgraph = {
  name: 'products',
  sdl: sdlOf('products'),
  resolvers: {
    Query: {
      topProducts: (_, { first }) => {
        const length = Math.min((first as number | undefined) ?? 5, PRODUCT_COUNT);
        return Array.from({ length }, (_, at) => productOf(`${at + 1}`));
      },
    },
  },
  entities: { Product: ({ upc }) => productOf(upc as string) as Source | null },
};

const reviews: CannedSubgraph = {
  name: 'reviews',
  sdl: sdlOf('reviews'),
  resolvers: {
    Review: {
      product: ({ productUpc }) => ({ upc: productUpc }),
      // It knows the user's name here only, as `@provides` says.
      author: ({ authorId }) => ({ id: authorId, username: userOf(authorId as string)!.username }),
    },
    User: { reviews: ({ id }) => reviewsOfUser(id as string) },
    Product: { reviews: ({ upc }) => reviewsOfProduct(upc as string) },
  },
  entities: {
    Review: ({ id }) => reviewOf(id as string) as Source | null,
    User: ({ id }) => ({ id }),
    Product: ({ upc }) => ({ upc }),
  },
};

/** The subgraphs of the public gateways benchmark. */
export const CANNED_SUBGRAPHS: readonly CannedSubgraph[] = [accounts, inventory, products, reviews];

function sdlOf(name: string): string {
  return readFileSync(join(import.meta.dirname, `../schema/canned-${name}.graphql`), 'utf8');
}
