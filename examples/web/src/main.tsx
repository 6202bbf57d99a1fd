import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { UsersPage } from './users-page.tsx';

const client = new ApolloClient({
  link: new HttpLink({ uri: '/graphql' }),
  // A product has no "id": its key is the sku.
  cache: new InMemoryCache({ typePolicies: { Product: { keyFields: ['sku'] } } }),
});

const place = document.getElementById('page');
if (!place) throw new Error('index.html has no element "page".');
createRoot(place).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <UsersPage />
    </ApolloProvider>
  </StrictMode>,
);
