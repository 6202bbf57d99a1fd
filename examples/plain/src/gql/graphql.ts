/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AddReviewInput = {
  /** Id of the user who writes. */
  author: string | number;
  body: string;
  stars: number;
  title?: string | null | undefined;
};

export type OrderStatus =
  | 'CANCELLED'
  | 'DELIVERED'
  | 'PAID'
  | 'PLACED'
  | 'SHIPPED';

export type OrdersOfUsersQueryVariables = Exact<{
  users: number;
  orders: number;
}>;


export type OrdersOfUsersQuery = { users: { nodes: Array<{ name: string, orders: { nodes: Array<{ id: string, status: OrderStatus, total: { amount: string, currency: string }, items: Array<{ quantity: number, product: { sku: string, name: string } }> }> } }> } };

export type AddReviewMutationVariables = Exact<{
  sku: string | number;
  input: AddReviewInput;
}>;


export type AddReviewMutation = { addReview: { id: string, stars: number, author: { name: string } } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const OrdersOfUsersDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<OrdersOfUsersQuery, OrdersOfUsersQueryVariables>;
export const AddReviewDocument = new TypedDocumentString(`
    mutation AddReview($sku: ID!, $input: AddReviewInput!) {
  addReview(sku: $sku, input: $input) {
    id
    stars
    author {
      name
    }
  }
}
    `) as unknown as TypedDocumentString<AddReviewMutation, AddReviewMutationVariables>;
