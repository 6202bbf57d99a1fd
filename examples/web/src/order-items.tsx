import type { ResultOf } from '@graphql-typed-document-node/core';
import { graphql } from './gql/index.ts';

/** What this component needs of an order; nobody else sees these fields. */
export const OrderPart = graphql(`
  fragment OrderPart on Order {
    total {
      amount
      currency
    }
    items {
      line
      quantity
      product {
        sku
        name
      }
    }
  }
`);

interface OrderItemsProps {
  readonly heading: string;
  readonly order: ResultOf<typeof OrderPart>;
}

export function OrderItems({ heading, order: { total, items } }: OrderItemsProps) {
  return (
    <section>
      <strong>{heading}</strong>{' '}
      <span className="total">
        {total.amount} {total.currency}
      </span>
      <ul>
        {items.map(({ line, quantity, product }) => (
          <li key={line}>
            {quantity} × {product.name}
          </li>
        ))}
      </ul>
    </section>
  );
}
