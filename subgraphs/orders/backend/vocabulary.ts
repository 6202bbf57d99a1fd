import type { Charset } from '../../common/xml/encoding.ts';

export const ORDERS_NAMESPACE = 'urn:example:orders:v1';
export const MONEY_NAMESPACE = 'urn:example:money';
export const SHIPPING_NAMESPACE = 'urn:example:shipping';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * How a document spells its names. Different routes spell the same names differently, as systems
 * do that grew over years: whoever reads them must go by namespace, not by prefix.
 */
export interface Vocabulary {
  readonly charset: Charset;
  /** Declarations on the root element. */
  readonly declarations: string;
  /** Prefixes with their colon; empty = default namespace. */
  readonly orders: string;
  readonly money: string;
  readonly shipping: string;
  readonly xsi: string;
  /** Declarations on each element of money, and on the element around shipments. */
  readonly moneyDeclaration: string;
  readonly shippingDeclaration: string;
}

type Spelling = Omit<Vocabulary, 'charset'>;

const PLAIN: Spelling = {
  declarations: declare({
    '': ORDERS_NAMESPACE,
    money: MONEY_NAMESPACE,
    ship: SHIPPING_NAMESPACE,
    xsi: XSI_NAMESPACE,
  }),
  orders: '',
  money: 'money:',
  shipping: 'ship:',
  xsi: 'xsi:',
  moneyDeclaration: '',
  shippingDeclaration: '',
};

const PREFIXED: Spelling = {
  declarations: declare({
    o: ORDERS_NAMESPACE,
    m: MONEY_NAMESPACE,
    s: SHIPPING_NAMESPACE,
    i: XSI_NAMESPACE,
  }),
  orders: 'o:',
  money: 'm:',
  shipping: 's:',
  xsi: 'i:',
  moneyDeclaration: '',
  shippingDeclaration: '',
};

const NESTED: Spelling = {
  declarations: declare({ '': ORDERS_NAMESPACE, xsi: XSI_NAMESPACE }),
  orders: '',
  money: '',
  shipping: '',
  xsi: 'xsi:',
  moneyDeclaration: declare({ '': MONEY_NAMESPACE }),
  shippingDeclaration: declare({ '': SHIPPING_NAMESPACE }),
};

/** `plain`: orders by default, the others prefixed. `prefixed`: all. `nested`: the default changes on the way down. */
export type SpellingName = 'plain' | 'prefixed' | 'nested';

const SPELLINGS: Readonly<Record<SpellingName, Readonly<Record<Charset, Vocabulary>>>> = {
  plain: inBothCharsets(PLAIN),
  prefixed: inBothCharsets(PREFIXED),
  nested: inBothCharsets(NESTED),
};

export function vocabulary(spelling: SpellingName, charset: Charset): Vocabulary {
  return SPELLINGS[spelling][charset];
}

function inBothCharsets(spelling: Spelling): Readonly<Record<Charset, Vocabulary>> {
  return {
    'utf-8': { ...spelling, charset: 'utf-8' },
    'iso-8859-1': { ...spelling, charset: 'iso-8859-1' },
  };
}

function declare(namespaces: Readonly<Record<string, string>>): string {
  return Object.entries(namespaces)
    .map(([prefix, uri]) => (prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`))
    .join('');
}
