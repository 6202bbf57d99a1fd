/** The data behind the canned subgraphs. The first six users, nine products and eleven reviews are as many, as large and as connected as in the public benchmark. */
const PEOPLE = [
  ['Ada Lovelace', 'adal'],
  ['Grace Hopper', 'ghopper'],
  ['Edsger Dijkstra', 'ewdijkstra'],
  ['Barbara Liskov', 'barbara'],
  ['Donald Knuth', 'taocpwriter'],
  ['Alan Turing', 'turing'],
] as const;
const BIRTHDAY = 1234567890;

/** Name, price, weight, in stock. */
const PRODUCTS = [
  ['Table', 899, 100, true],
  ['Couch', 1299, 1000, false],
  ['Glass', 15, 20, false],
  ['Chair', 499, 100, false],
  ['TV', 1299, 1000, true],
  ['Lamp', 6999, 300, true],
  ['Grill', 3999, 2000, true],
  ['Fridge', 100000, 6000, false],
  ['Sofa', 9999, 800, true],
] as const;

const LOREM =
  'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.';
const SED =
  'Sed ut perspiciatis unde omnis iste natus error sit voluptatem accusantium doloremque laudantium, totam rem aperiam, eaque ipsa quae ab illo inventore veritatis et quasi architecto beatae vitae dicta sunt explicabo. Nemo enim ipsam voluptatem quia voluptas sit aspernatur aut odit aut fugit';
const NEQUE =
  'Sed quia consequuntur magni dolores eos qui ratione voluptatem sequi nesciunt. Neque porro quisquam est, qui dolorem ipsum quia dolor sit amet, consectetur, adipisci velit, sed quia non numquam eius modi tempora incidunt ut labore et dolore magnam aliquam quaerat voluptatem.';
const UT =
  'Ut enim ad minima veniam, quis nostrum exercitationem ullam corporis suscipit laboriosam, nisi ut aliquid ex ea commodi consequatur? Quis autem';
const AT = `At vero eos et accusamus et iusto odio dignissimos ducimus qui blanditiis praesentium voluptatum. ${LOREM} ${NEQUE}`;

const BODIES = [LOREM, SED, NEQUE, UT, LOREM, SED, NEQUE, UT, UT, UT, AT] as const;
const PRODUCT_OF_REVIEW = [1, 1, 1, 1, 2, 2, 2, 2, 3, 4, 4] as const;

export const USER_COUNT = PEOPLE.length;
export const PRODUCT_COUNT = PRODUCTS.length;

/**
 * Beyond the public data, every number is a user, a review and a product: user n wrote the reviews 2n and 2n + 1,
 * and review k is about product k. So requests for different users have nothing in common that could be shared.
 */
const FIRST_GENERATED = 14;

export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
}

export interface ProductRecord {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
}

export interface ReviewRecord {
  readonly id: string;
  readonly body: string;
  readonly productUpc: string;
  readonly authorId: string;
}

export function userOf(id: string): UserRecord | null {
  const number = numberOf(id);
  if (number === undefined) return null;
  const [name, username] = PEOPLE[(number - 1) % PEOPLE.length]!;
  if (number <= PEOPLE.length) return { id, name, username, birthday: BIRTHDAY };
  return { id, name: `${name} ${number}`, username: `${username}${number}`, birthday: BIRTHDAY };
}

export function productOf(upc: string): ProductRecord | null {
  const number = numberOf(upc);
  if (number === undefined) return null;
  const [name, price, weight] = PRODUCTS[(number - 1) % PRODUCTS.length]!;
  if (number <= PRODUCTS.length) return { upc, name, price, weight };
  return { upc, name: `${name} ${number}`, price: price + (number % 100), weight };
}

export function isInStock(upc: string): boolean {
  return PRODUCTS[(Number(upc) - 1) % PRODUCTS.length]![3];
}

export function shippingEstimateOf(price: number, weight: number): number {
  return price > 1000 ? 0 : weight / 2;
}

export function reviewOf(id: string): ReviewRecord | null {
  const number = numberOf(id);
  if (number === undefined) return null;
  const body = BODIES[(number - 1) % BODIES.length]!;
  if (number >= FIRST_GENERATED) return { id, body, productUpc: id, authorId: `${Math.floor(number / 2)}` };
  const productUpc = `${PRODUCT_OF_REVIEW[number - 1] ?? 1}`;
  return { id, body, productUpc, authorId: '1' };
}

export function reviewsOfUser(id: string): readonly ReviewRecord[] {
  const number = Number(id);
  const ids = number <= PEOPLE.length ? [1, 2] : [2 * number, 2 * number + 1];
  return ids.map((review) => reviewOf(`${review}`)!);
}

export function reviewsOfProduct(upc: string): readonly ReviewRecord[] {
  if (Number(upc) >= FIRST_GENERATED) return [reviewOf(upc)!];
  return BODIES.map((_, at) => reviewOf(`${at + 1}`)!).filter(({ productUpc }) => productUpc === upc);
}

function numberOf(id: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : undefined;
}
