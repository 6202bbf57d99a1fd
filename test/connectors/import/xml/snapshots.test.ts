import { expect, test } from 'vitest';
import { checked, subgraphOf, told, wsdl, xsd } from './imported-graph.ts';

const IMPORTS = {
  'calculator over SOAP 1.1': () => wsdl('calculator/calculator.wsdl', { queries: ['*'] }),
  'calculator over SOAP 1.2': () => wsdl('calculator/calculator.wsdl', { only: ['CalculatorSoap12.*'] }),
  'calculator over HTTP GET': () => wsdl('calculator/calculator.wsdl', { only: ['CalculatorHttpGet.*'] }),
  'country information': () => wsdl('country-info/country-info.wsdl', { queries: ['*'] }),
  'VAT numbers': () => wsdl('vat/checkVat.wsdl'),
  'weather, rpc': () => wsdl('weather/weather.wsdl'),
  'customers, abstract types': () => wsdl('crm/partner.wsdl'),
  'camera, several files': () => wsdl('camera/device.wsdl'),
  'number conversion': () => wsdl('numbers/numbers.wsdl', { queries: ['*'] }),
  'exchange rates, with a sample': () => xsd('rates/gesmes.xsd', { files: [fixture('rates/daily.xml')] }),
  'orders, UBL': () =>
    xsd('ubl/order.xsd', {
      operations: ['GET /orders/{id} Order', 'POST /orders Order Order', 'DELETE /orders/{id}'],
    }),
} as const;

function fixture(file: string): string {
  return `${import.meta.dirname}/fixtures/${file}`;
}

test.each(Object.entries(IMPORTS))(
  '%s: the schema is what a person would write, and passes all checks',
  async (name, run) => {
    const { sdl, upstreams, problems } = subgraphOf(await run());
    const file = `snapshots/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
    await expect(sdl).toMatchFileSnapshot(`${file}.graphql`);
    await expect(`${JSON.stringify(upstreams)}\n${told(problems).join('\n')}\n`).toMatchFileSnapshot(
      `${file}.txt`,
    );
    expect(checked(sdl).filter((p) => !JSON.stringify(p).includes('N_PLUS_ONE'))).toEqual([]);
  },
);
