import { execute, type GraphQLSchema, parse } from 'graphql';
import {
  isInStock,
  PRODUCT_COUNT,
  productOf,
  type ReviewRecord,
  reviewsOfProduct,
  reviewsOfUser,
  shippingEstimateOf,
  USER_COUNT,
  userOf,
} from './data.ts';

/**
 * What any gateway must answer: graphql-js over the same data without federation.
 * @param schema the API schema of the composed graph
 * @throws Error for a request that cannot be executed
 */
export function expectedData(
  schema: GraphQLSchema,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): unknown {
  const result = execute({ schema, document: parse(query), rootValue: ROOT, variableValues: variables });
  if (result instanceof Promise) throw new Error('The monolith has no promises.');
  if (result.errors) throw result.errors[0]!;
  // graphql-js makes objects without a prototype; what comes over the wire has one.
  return JSON.parse(JSON.stringify(result.data)) as unknown;
}

const ROOT = {
  me: () => user('1'),
  user: ({ id }: { readonly id: string }) => user(id),
  users: () => Array.from({ length: USER_COUNT }, (_, at) => user(`${at + 1}`)),
  topProducts: ({ first }: { readonly first: number }) =>
    Array.from({ length: Math.min(first, PRODUCT_COUNT) }, (_, at) => product(`${at + 1}`)),
};

function user(id: string): object | null {
  const known = userOf(id);
  return known && { ...known, reviews: () => reviewsOfUser(id).map(review) };
}

function product(upc: string): object | null {
  const known = productOf(upc);
  return (
    known && {
      ...known,
      inStock: isInStock(upc),
      shippingEstimate: shippingEstimateOf(known.price, known.weight),
      reviews: () => reviewsOfProduct(upc).map(review),
    }
  );
}

function review({ id, body, productUpc, authorId }: ReviewRecord): object {
  return { id, body, product: () => product(productUpc), author: () => user(authorId) };
}
