/** The skus of `?skus=a,b`, in their order, repeated ones included. */
export function splitSkus(query: URLSearchParams): string[] {
  return query
    .getAll('skus')
    .join(',')
    .split(',')
    .map((sku) => sku.trim())
    .filter((sku) => sku !== '');
}
