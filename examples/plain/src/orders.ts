import type { Endpoint } from './execute.ts';
import { execute } from './execute.ts';
import { graphql } from './gql/index.ts';
import type { AddReviewInput } from './gql/graphql.ts';

const OrdersOfUsers = graphql(`
  query OrdersOfUsers($users: Int!, $orders: Int!) {
    users(first: $users) {
      nodes {
        name
        orders(first: $orders) {
          nodes {
            id
            status
            total {
              amount
              currency
            }
            items {
              quantity
              product {
                sku
                name
              }
            }
          }
        }
      }
    }
  }
`);

const AddReview = graphql(`
  mutation AddReview($sku: ID!, $input: AddReviewInput!) {
    addReview(sku: $sku, input: $input) {
      id
      stars
      author {
        name
      }
    }
  }
`);

/** One line per order: `Ada Lovelace: o1 SHIPPED 59.90 EUR: 2 × Kettle`. */
export async function orderLines(endpoint: Endpoint): Promise<readonly string[]> {
  const { users } = await execute(endpoint, OrdersOfUsers, { users: 5, orders: 2 });
  return users.nodes.flatMap(({ name, orders }) =>
    orders.nodes.map(({ id, status, total, items }) => {
      const products = items.map(({ quantity, product }) => `${quantity} × ${product.name}`);
      return `${name}: ${id} ${status} ${total.amount} ${total.currency}: ${products.join(', ')}`;
    }),
  );
}

/** Who has written the review, for instance "Ada Lovelace: 5 stars". */
export async function addReview(
  endpoint: Endpoint,
  sku: string,
  review: Pick<AddReviewInput, 'author' | 'stars' | 'body'>,
): Promise<string> {
  const input = { ...review, title: `${review.stars} stars` };
  const { addReview: added } = await execute(endpoint, AddReview, { sku, input });
  return `${added.author.name}: ${added.stars} stars`;
}
