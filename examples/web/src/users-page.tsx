import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { getFragmentData, graphql } from './gql/index.ts';
import type { OrderStatus } from './gql/graphql.ts';
import { OrderItems, OrderPart } from './order-items.tsx';

const UsersWithOrders = graphql(`
  query UsersWithOrders($first: Int!, $after: String) {
    users(first: $first, after: $after) {
      nodes {
        id
        name
        email
        orders(first: 5) {
          nodes {
            id
            status
            ...OrderPart
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const SHOWN: Readonly<Record<OrderStatus, string>> = {
  PLACED: 'placed',
  PAID: 'paid',
  SHIPPED: 'on its way',
  DELIVERED: 'delivered',
  CANCELLED: 'cancelled',
};

/** The users, ten at a time, each with the newest orders. */
export function UsersPage() {
  const [after, setAfter] = useState<string | null>(null);
  const { data, error, loading } = useQuery(UsersWithOrders, { variables: { first: 10, after } });
  if (error) return <p role="alert">{error.message}</p>;
  if (loading || !data) return <p>Loading …</p>;
  const { nodes, pageInfo } = data.users;
  return (
    <main>
      <h1>Users and their orders</h1>
      {nodes.map(({ id, name, email, orders }) => (
        <article key={id}>
          <h2>
            {name} <small>{email}</small>
          </h2>
          {orders.nodes.length === 0 && <p>No orders yet.</p>}
          {orders.nodes.map((order) => (
            <OrderItems
              key={order.id}
              order={getFragmentData(OrderPart, order)}
              heading={`${order.id}, ${SHOWN[order.status]}`}
            />
          ))}
        </article>
      ))}
      <button type="button" disabled={after === null} onClick={() => setAfter(null)}>
        First users
      </button>
      <button type="button" disabled={!pageInfo.hasNextPage} onClick={() => setAfter(pageInfo.endCursor)}>
        Next users
      </button>
    </main>
  );
}
