/** The query of the public gateways benchmark, about 87 kB of answer. */
export const HEAVY_QUERY = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query TestQuery {
    users {
      ...User
      reviews {
        ...Review
        product {
          ...Product
          reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
        }
      }
    }
    topProducts {
      ...Product
      reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
    }
  }`
  .trim()
  .replace(/\s+/g, ' ');

export const SMALL_QUERY = '{ me { id username name } topProducts(first: 2) { upc name price } }';
