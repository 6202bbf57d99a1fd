import type { PortalExample } from '../config/schema.ts';

/** The tabs of the demo's page: what a newcomer wants to see first. */
export const DEMO_EXAMPLES: readonly PortalExample[] = [
  {
    query: `# Four backends, four calls: users (gRPC), orders (XML), products (gRPC), stock (XML).
query OrdersOfUsers {
  users(first: 50) {
    nodes {
      name
      orders(first: 5) {
        nodes {
          id
          items {
            quantity
            product {
              name
              stock {
                available
              }
            }
          }
        }
      }
    }
  }
}
`,
    variables: {},
  },
  {
    query: `query OneUser($id: ID!) {
  user(id: $id) {
    id
    name
    email
    status
    address {
      street
      city
      country
    }
    loyaltyPoints
    createdAt
  }
}
`,
    variables: { id: 'u1' },
  },
  {
    query: `# One product from three backends: catalogue, warehouse, reviews; their authors from a fourth.
query ProductInDetail($sku: ID!) {
  product(sku: $sku) {
    sku
    name
    price {
      amount
      currency
    }
    stock {
      available
      locations {
        code
        quantity
      }
    }
    reviews {
      stars
      body
      author {
        name
      }
    }
  }
}
`,
    variables: { sku: '000001' },
  },
  {
    query: `query Search($text: String!) {
  searchUsers(text: $text, first: 3) {
    nodes {
      id
      name
    }
  }
}
`,
    variables: { text: 'an' },
  },
  {
    query: `mutation NewUser($input: CreateUserInput!) {
  createUser(input: $input) {
    id
    name
    email
  }
}
`,
    variables: { input: { name: 'Ada Lovelace', email: 'ada@example.com' } },
  },
];
