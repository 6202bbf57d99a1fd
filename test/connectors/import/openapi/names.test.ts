import { expect, test } from 'vitest';
import { operationNames } from '../../../../gateway/connectors/import/openapi/operation-names.ts';
import type { Operation } from '../../../../gateway/connectors/import/openapi/operations.ts';

test.each<[string, string | undefined, string]>([
  ['GET /pets', undefined, 'pets'],
  ['GET /pets/{id}', undefined, 'pet'],
  ['POST /pets', undefined, 'createPet'],
  ['PUT /pets/{id}', undefined, 'replacePet'],
  ['PATCH /pets/{id}', undefined, 'updatePet'],
  ['DELETE /pets/{id}', undefined, 'deletePet'],
  ['GET /users/{id}/orders', undefined, 'userOrders'],
  ['GET /users/{id}/orders/{orderId}', undefined, 'userOrder'],
  ['GET /api/v2/companies/{id}/addresses', undefined, 'companyAddresses'],
  ['GET /', undefined, 'root'],
  ['GET /pets', 'listPets', 'pets'],
  ['GET /pets/{petId}', 'getPetById', 'pet'],
  ['GET /pets/findByStatus', 'findPetsByStatus', 'petsByStatus'],
  ['GET /store/inventory', 'getInventory', 'inventory'],
  ['GET /users/search', 'searchUsers', 'searchUsers'],
  ['GET /repos/{o}/{r}', 'repos/get', 'repo'],
  ['GET /user/repos', 'repos/list-for-authenticated-user', 'reposForAuthenticatedUser'],
  ['PUT /gists/{id}/star', 'gists/star', 'starGist'],
  ['GET /items/', 'read_items_items__get', 'items'],
  ['GET /items/{item_id}', 'read_item_items__item_id__get', 'item'],
  ['GET /v1/customers', 'GetCustomers', 'customers'],
  ['POST /v1/customers/{customer}', 'PostCustomersCustomer', 'updateCustomer'],
  ['GET /api/Orders', 'Orders_GetAll', 'orders'],
  ['GET /api/Orders/{id}', 'Orders_GetById', 'order'],
  ['PUT /api/Orders/{id}', 'Orders_Put', 'replaceOrder'],
  ['GET /books', 'getAllBooksUsingGET_1', 'books'],
  ['GET /books', 'findAll_1', 'books'],
  ['POST /books', 'create_2', 'createBook'],
  ['GET /2010-04-01/Accounts/{Sid}.json', 'FetchAccount', 'account'],
  ['POST /pets', 'pets.create', 'createPet'],
])('%s with the id %s is %s', (call, id, expected) => {
  const [method, path] = call.split(' ');
  expect(operationNames({ method, path, id } as Operation)[0]).toBe(expected);
});
