import { HttpFault } from '../../../common/http/fault.ts';
import type { Route } from '../../../common/http/route.ts';
import { xmlAnswer } from '../../../common/xml/answer.ts';
import { wantedCharset } from '../../../common/xml/encoding.ts';
import { readDocument } from '../../../common/xml/read.ts';
import type { XmlElement } from '../../../common/xml/read.ts';
import { Problems, Sequence } from '../../../common/xml/sequence.ts';
import { attribute, text } from '../../../common/xml/write.ts';
import { splitSkus } from '../skus.ts';
import { availableOf } from './stock.ts';
import type { Adjustment, Stock, StockTable } from './stock.ts';

const WAREHOUSE_NAMESPACE = 'urn:example:warehouse';
const DECLARATIONS = ` xmlns:w="${WAREHOUSE_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;
const MAX_SKUS = 2000;

/** The warehouse's routes. Their names are those in the counters. */
export function warehouseRoutes(table: StockTable): Route[] {
  return [
    {
      name: 'GET /stock/{sku}',
      keys: () => 1,
      handle: ({ params, query, headers }) =>
        xmlAnswer(200, stockXml(table.get(params[0]!), DECLARATIONS), wantedCharset(query, headers)),
    },
    {
      name: 'GET /stock',
      keys: ({ query }) => splitSkus(query).length,
      handle: ({ query, headers }) => {
        const skus = [...new Set(splitSkus(query))];
        if (!query.has('skus') || skus.length > MAX_SKUS) {
          throw new HttpFault(400, 'INVALID_PARAMETER', 'The parameter skus is not acceptable.', {
            fields: [
              { path: '?skus', message: `must name 0 to ${MAX_SKUS} skus, such as skus=000001,000002` },
            ],
          });
        }
        let stocks = '';
        for (const stock of table.find(skus)) stocks += stockXml(stock, '');
        return xmlAnswer(200, `<w:stocks${DECLARATIONS}>${stocks}</w:stocks>`, wantedCharset(query, headers));
      },
    },
    {
      name: 'POST /stock/{sku}/adjustments',
      keys: () => 1,
      handle: ({ params, query, headers, body }) => {
        const at = `${new Date().toISOString().slice(0, 19)}Z`;
        const adjustment = readAdjustment(readDocument(body, headers['content-type']), at);
        const stock = table.adjust(params[0]!, adjustment);
        return xmlAnswer(200, stockXml(stock, DECLARATIONS), wantedCharset(query, headers));
      },
    },
    {
      // The oldest part of the house: ISO-8859-1 unless one asks for something else.
      name: 'GET /warehouses',
      handle: ({ query, headers }) => {
        let sites = '';
        for (const { code, name, city } of table.warehouses()) {
          sites += `<w:warehouse code="${code}" city="${attribute(city)}"><w:name>${text(name)}</w:name></w:warehouse>`;
        }
        const charset = wantedCharset(query, headers, 'iso-8859-1');
        return xmlAnswer(200, `<w:warehouses${DECLARATIONS}>${sites}</w:warehouses>`, charset);
      },
    },
  ];
}

function stockXml(stock: Stock, declarations: string): string {
  let xml =
    `<w:stock${declarations} sku="${attribute(stock.sku)}" updated="${stock.updatedAt}">` +
    `<w:available unit="pcs">${availableOf(stock)}</w:available><w:reserved unit="pcs">${stock.reserved}</w:reserved>`;
  for (const { code, quantity } of stock.locations) {
    xml += `<w:location code="${code}"><w:quantity unit="pcs">${quantity}</w:quantity></w:location>`;
  }
  const next = stock.nextDelivery;
  return `${xml}${next === null ? '<w:nextDelivery xsi:nil="true"/>' : `<w:nextDelivery>${next}</w:nextDelivery>`}</w:stock>`;
}

/** `<adjustment reason?><location code/><delta/></adjustment>`, in that order. */
function readAdjustment(root: XmlElement, at: string): Adjustment {
  if (root.namespace !== WAREHOUSE_NAMESPACE || root.name !== 'adjustment') {
    throw new HttpFault(
      400,
      'UNEXPECTED_STRUCTURE',
      `The root must be {${WAREHOUSE_NAMESPACE}}adjustment; it is {${root.namespace}}${root.name}.`,
    );
  }
  const problems = new Problems();
  const children = new Sequence(root, '');
  const location = children.required(['location']);
  const delta = children.required(['delta']);
  children.end();
  const adjustment = {
    code: problems.match('location/@code', location.attributes.get('code'), /^\d{3}$/, 'three digits'),
    delta: Number(
      problems.match('delta', delta.text.trim(), /^[+-]?[1-9]\d{0,5}$/, 'a whole number other than 0', '0'),
    ),
    at,
  };
  problems.throwIfAny();
  return adjustment;
}
