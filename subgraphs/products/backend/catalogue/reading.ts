/** The methods that read: each takes the request and returns the answer, or throws a CallError. */
import type { Violation } from '../../../common/grpc/call-error.ts';
import { project, readPaths } from '../../../common/grpc/field-mask.ts';
import type { Projection } from '../../../common/grpc/field-mask.ts';
import { pageToken, readPage } from '../../../common/grpc/paging.ts';
import { words } from '../../../common/text.ts';
import { failIfAskedTo, notFound, rejectIfInvalid } from './errors.ts';
import type {
  BatchGetProductsRequest,
  Category,
  FieldMask,
  GetProductRequest,
  ListCategoriesRequest,
  PartialProduct,
  Product,
  SearchProductsRequest,
  SearchProductsResponse,
} from './messages.ts';
import { protos } from './proto.ts';
import { skuNumber } from './store.ts';
import type { CatalogueStore } from './store.ts';

/** Products that one BatchGetProducts may ask for. */
const MAX_BATCH_SIZE = 2000;

const PRODUCT = 'products.v1.Product';

export function getProduct(store: CatalogueStore, { sku = '', readMask }: GetProductRequest): PartialProduct {
  const violations = requiredSku(sku);
  const projection = readMaskOf(readMask, violations);
  rejectIfInvalid(violations);
  return project(existing(store, sku), projection);
}

export function batchGetProducts(
  store: CatalogueStore,
  { skus, readMask }: BatchGetProductsRequest,
): { products: PartialProduct[] } {
  const violations: Violation[] = [];
  if (skus.length > MAX_BATCH_SIZE) {
    const description = `Must be at most ${MAX_BATCH_SIZE}; these are ${skus.length}. Ask in several calls.`;
    violations.push({ field: 'skus', reason: 'TOO_MANY', description });
  }
  const projection = readMaskOf(readMask, violations);
  rejectIfInvalid(violations);
  failIfAskedTo(skus);
  return { products: store.bySkus(skus).map((product) => project(product, projection)) };
}

export function searchProducts(
  store: CatalogueStore,
  request: SearchProductsRequest,
): SearchProductsResponse {
  const { text = '', category = '', pageSize = 0, pageToken: token = '', afterSku = '' } = request;
  const criteria = { words: words(text), category };
  const query = [category, ...criteria.words].join(' ');
  const violations: Violation[] = [];
  if (category !== '' && !store.categories().some(({ id }) => id === category)) {
    const description = `There is no category "${category}". ListCategories has them all.`;
    violations.push({ field: 'category', reason: 'UNKNOWN_CATEGORY', description });
  }
  const start = {
    pageSize,
    pageToken: token,
    ...(afterSku !== '' && { after: { field: 'after_sku', id: afterSku, position: skuNumber(afterSku) } }),
  };
  const { after, limit } = readPage(start, query, violations);
  const projection = readMaskOf(request.readMask, violations);
  rejectIfInvalid(violations);
  const found = store.page(criteria, after, limit + 1);
  const products = found.slice(0, limit);
  const last = products.at(-1);
  return {
    products: products.map((product) => project(product, projection)),
    nextPageToken: last && found.length > limit ? pageToken(skuNumber(last.sku)!, query) : '',
    totalSize: store.count(criteria),
  };
}

export function listCategories(
  store: CatalogueStore,
  { root = '' }: ListCategoriesRequest,
): { categories: Category[] } {
  const all = store.categories();
  const withChildren = (category: Category): Category => ({
    ...category,
    children: all.filter(({ parentId }) => parentId === category.id).map(withChildren),
  });
  if (root === '')
    return { categories: all.filter(({ parentId }) => parentId === undefined).map(withChildren) };
  const category = all.find(({ id }) => id === root);
  if (!category) throw notFound('products.v1.Category', root);
  return { categories: [withChildren(category)] };
}

export function existing(store: CatalogueStore, sku: string): Product {
  failIfAskedTo([sku]);
  const product = store.bySku(sku);
  if (!product) throw notFound(PRODUCT, sku);
  return product;
}

export function requiredSku(sku: string): Violation[] {
  return sku === '' ? [{ field: 'sku', reason: 'REQUIRED', description: 'Must not be empty.' }] : [];
}

function readMaskOf(mask: FieldMask | undefined, violations: Violation[]): Projection | undefined {
  const { projection, unknown } = readPaths(protos, PRODUCT, mask?.paths ?? []);
  for (const path of unknown) {
    const description = `A ${PRODUCT} has no field "${path}".`;
    violations.push({ field: 'read_mask', reason: 'UNKNOWN_FIELD', description });
  }
  return projection;
}
