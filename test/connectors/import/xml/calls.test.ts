import { readFileSync } from 'node:fs';
import { OperationTypeNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { contextOf } from '../../../policies/contexts.ts';
import { answer, xmlBackend, type Asked } from '../../backends.ts';
import { graphOf, keep } from '../../kept.ts';
import { FIXTURES, subgraphOf, wsdl, xsd } from './imported-graph.ts';
import { soapService } from './soap-service.ts';
import type { ImportResult } from '../../../../gateway/connectors/import/imported.ts';

async function serving(result: ImportResult, handler: (asked: Asked) => unknown) {
  const xml = await keep(xmlBackend(handler));
  return { xml, graph: graphOf({ sdl: subgraphOf(result).sdl, backends: { xml } }) };
}

const CALCULATOR = '{http://calculator.example/}';
const calculator = (version: '1.1' | '1.2') =>
  soapService(version, [
    {
      action: 'http://calculator.example/Add',
      element: `${CALCULATOR}Add`,
      order: [`${CALCULATOR}intA!`, `${CALCULATOR}intB!`],
      answer: (r) =>
        `<a:AddResponse xmlns:a="http://calculator.example/"><a:AddResult>${Number(r[`${CALCULATOR}intA`]) + Number(r[`${CALCULATOR}intB`])}</a:AddResult></a:AddResponse>`,
    },
    {
      action: 'http://calculator.example/Divide',
      element: `${CALCULATOR}Divide`,
      order: [`${CALCULATOR}intA!`, `${CALCULATOR}intB!`],
      answer: (r) =>
        r[`${CALCULATOR}intB`] === '0'
          ? {
              code: version === '1.1' ? 'Server' : 'Receiver',
              text: 'Attempted to divide by zero at line 12 of /srv/calc.cs',
              ...(version === '1.2' && { status: 200 }),
            }
          : `<DivideResponse xmlns="http://calculator.example/"><DivideResult>2</DivideResult></DivideResponse>`,
    },
  ]);

test.each([
  ['1.1', 'CalculatorSoap.*', 'Server'],
  ['1.2', 'CalculatorSoap12.*', 'Receiver'],
] as const)(
  'SOAP %s: arguments are sent as the description says, and a fault is an error at its field',
  async (version, only, faultCode) => {
    const { graph } = await serving(
      await wsdl('calculator/calculator.wsdl', { queries: ['*'], only: [only] }),
      calculator(version),
    );
    const answered = await graph.run(
      '{ add(intA: 40, intB: 2) half: divide(intB: 2, intA: 4) none: divide(intA: 1, intB: 0) }',
    );
    expect(answered.data).toEqual({ add: 42, half: 2, none: null });
    expect(answered.errors).toMatchObject([
      {
        message: 'The service "xml" answered with a SOAP fault.',
        path: ['none'],
        extensions: { code: 'UPSTREAM_ERROR', faultCode, service: 'xml' },
      },
    ]);
    // What the service says of itself is for the log.
    expect(JSON.stringify(answered.errors)).not.toContain('calc.cs');
  },
);

test('a service that finds the request wrong is told apart from one that fails', async () => {
  const { graph } = await serving(
    await wsdl('calculator/calculator.wsdl', { queries: ['*'], only: ['CalculatorSoap.*'] }),
    soapService('1.1', []),
  );
  const { errors } = await graph.run('{ add(intA: 1, intB: 2) }');
  expect(errors?.[0]).toMatchObject({
    path: ['add'],
    extensions: { code: 'INVALID_ARGUMENT', faultCode: 'Client', httpStatus: 500 },
  });
});

test('HTTP GET: parts are parameters of the address', async () => {
  const { graph, xml } = await serving(
    await wsdl('calculator/calculator.wsdl', { only: ['CalculatorHttpGet.*'] }),
    ({ query }) =>
      `<int xmlns="http://calculator.example/">${Number(query.get('intA')) + Number(query.get('intB'))}</int>`,
  );
  expect(await graph.run('{ add(intA: "40", intB: "2") }')).toEqual({ data: { add: 42 } });
  expect(xml.asked[0]).toMatchObject({ method: 'GET', url: '/calculator.asmx/Add?intA=40&intB=2' });
});

const COUNTRY = '{http://countries.example/websamples.countryinfo}';

test('lists without their wrappers, objects and texts come back', async () => {
  const { graph } = await serving(
    await wsdl('country-info/country-info.wsdl', { queries: ['*'] }),
    soapService('1.1', [
      {
        action: '',
        element: `${COUNTRY}ListOfContinentsByName`,
        order: [],
        answer: () =>
          '<m:ListOfContinentsByNameResponse xmlns:m="http://countries.example/websamples.countryinfo"><m:ListOfContinentsByNameResult><m:tContinent><m:sCode>AF</m:sCode><m:sName>Africa</m:sName></m:tContinent><m:tContinent i:nil="true"/></m:ListOfContinentsByNameResult></m:ListOfContinentsByNameResponse>',
      },
      {
        action: '',
        element: `${COUNTRY}FullCountryInfo`,
        order: [`${COUNTRY}sCountryISOCode!`],
        answer: (r) =>
          `<m:FullCountryInfoResponse xmlns:m="http://countries.example/websamples.countryinfo"><m:FullCountryInfoResult><m:sISOCode>${String(r[`${COUNTRY}sCountryISOCode`])}</m:sISOCode><m:sName>Norway</m:sName><m:sCapitalCity>Oslo</m:sCapitalCity><m:sPhoneCode>47</m:sPhoneCode><m:Languages/></m:FullCountryInfoResult></m:FullCountryInfoResponse>`,
      },
    ]),
  );
  const query =
    '{ continentsByName { sCode sName } fullCountryInfo(sCountryIsoCode: "NO") { sIsoCode sCapitalCity languages { sName } } }';
  expect(await graph.run(query)).toEqual({
    data: {
      continentsByName: [{ sCode: 'AF', sName: 'Africa' }, null],
      fullCountryInfo: { sIsoCode: 'NO', sCapitalCity: 'Oslo', languages: [] },
    },
  });
});

const VAT = '{urn:example:taxud:vies:services:checkVat:types}';

test('nil, days, booleans and values of enums come back as the schema says', async () => {
  const { graph } = await serving(
    await wsdl('vat/checkVat.wsdl'),
    soapService('1.1', [
      {
        action: '',
        element: `${VAT}checkVat`,
        order: [`${VAT}countryCode!`, `${VAT}vatNumber!`],
        answer: (r) =>
          r[`${VAT}vatNumber`] === ''
            ? { code: 'Client', text: 'INVALID_INPUT' }
            : `<checkVatResponse xmlns="urn:example:taxud:vies:services:checkVat:types"><countryCode>NL</countryCode><vatNumber>1</vatNumber><requestDate>2026-11-21+01:00</requestDate><valid>true</valid><name i:nil="true"/><address></address><match>not processed</match></checkVatResponse>`,
      },
    ]),
  );
  const fields = '{ countryCode requestDate valid name address match }';
  expect(await graph.run(`{ checkVat(countryCode: "NL", vatNumber: "1") ${fields} }`)).toEqual({
    data: {
      checkVat: {
        countryCode: 'NL',
        requestDate: '2026-11-21',
        valid: true,
        name: null,
        address: '',
        match: 'NOT_PROCESSED',
      },
    },
  });
  const refused = await graph.run(`{ checkVat(countryCode: "NL", vatNumber: "") ${fields} }`);
  expect(refused).toMatchObject({
    data: { checkVat: null },
    errors: [{ path: ['checkVat'], extensions: { code: 'INVALID_ARGUMENT' } }],
  });
});

test('rpc: parts without a namespace in a wrapper with one', async () => {
  const ns = '{https://graphical.example/xml/DWMLgen/wsdl/ndfdXML.wsdl}';
  const asked: unknown[] = [];
  const { graph } = await serving(
    await wsdl('weather/weather.wsdl'),
    soapService('1.1', [
      {
        action: 'https://graphical.example/xml/DWMLgen/wsdl/ndfdXML.wsdl#NDFDgen',
        element: `${ns}GetNDFD`,
        order: ['latitude!', 'longitude!', 'Unit!', 'weatherParameters!'],
        answer: (r) => {
          asked.push(r);
          return '<n:GetNDFDResponse xmlns:n="https://graphical.example/xml/DWMLgen/wsdl/ndfdXML.wsdl"><forecast><issued>2026-11-21T06:00:00Z</issued><hourly> 3  4\n-5 </hourly></forecast></n:GetNDFDResponse>'.replace(
            '\n',
            ' ',
          );
        },
      },
    ]),
  );
  const query =
    '{ ndfd(weatherParameters: { maxt: true, mint: null }, unit: M, longitude: "10.75", latitude: "59.91") { issued hourly max } }';
  expect(await graph.run(query)).toEqual({
    data: { ndfd: { issued: '2026-11-21T06:00:00Z', hourly: [3, 4, -5], max: null } },
  });
  expect(asked).toEqual([
    { latitude: '59.91', longitude: '10.75', Unit: 'm', weatherParameters: { maxt: 'true' } },
  ]);
});

const CRM = '{urn:partner.crm.example}';
const OBJECT = '{urn:sobject.partner.crm.example}';
const TYPE = '@xsi:type';

test('abstract types: the type is named in both directions, and entities are found by many keys at once', async () => {
  const created: unknown[] = [];
  const account = (id: string) => `<s:Id>${id}</s:Id><s:Name>Name of ${id}</s:Name>`;
  const { graph, xml } = await serving(
    await wsdl('crm/partner.wsdl'),
    soapService('1.2', [
      {
        action: 'urn:retrieve',
        element: `${CRM}retrieve`,
        order: [`${CRM}ids`],
        answer: () =>
          `<p:retrieveResponse xmlns:p="urn:partner.crm.example" xmlns:s="urn:sobject.partner.crm.example"><p:result i:type="s:Account">${account('1')}</p:result><p:result i:type="s:Contact" vip="1"><s:Id>2</s:Id><s:LastName>Doe</s:LastName><s:Rating>Very hot</s:Rating></p:result></p:retrieveResponse>`,
      },
      {
        action: 'urn:getAccounts',
        element: `${CRM}getAccounts`,
        order: [`${CRM}accountIds`],
        answer: (r) =>
          `<p:getAccountsResponse xmlns:p="urn:partner.crm.example" xmlns:s="urn:sobject.partner.crm.example">${[
            r[`${CRM}accountIds`],
          ]
            .flat()
            .toReversed()
            .map((id) => `<p:result>${account(String(id))}</p:result>`)
            .join('')}</p:getAccountsResponse>`,
      },
      {
        action: 'urn:create',
        element: `${CRM}create`,
        order: [`${CRM}sObjects`],
        answer: (r) => {
          created.push(r[`${CRM}sObjects`]);
          return '<p:createResponse xmlns:p="urn:partner.crm.example"><p:result><p:id>7</p:id><p:success>true</p:success></p:result><p:result><p:errors><p:message>No.</p:message></p:errors><p:id i:nil="true"/><p:success>0</p:success></p:result></p:createResponse>';
        },
      },
      {
        action: 'urn:logout',
        element: `${CRM}logout`,
        order: [],
        answer: () => '<p:logoutResponse xmlns:p="urn:partner.crm.example"/>',
      },
    ]),
  );
  const query =
    '{ retrieve(ids: ["1", "2"]) { __typename id ... on Account { name annualRevenue } ... on Contact { lastName rating vip } } }';
  expect(await graph.run(query)).toEqual({
    data: {
      retrieve: [
        { __typename: 'Account', id: '1', name: 'Name of 1', annualRevenue: null },
        { __typename: 'Contact', id: '2', lastName: 'Doe', rating: 'VERY_HOT', vip: true },
      ],
    },
  });
  const mutation = `mutation ($objects: [SObjectInput!]) { create(sObjects: $objects) { id success errors { message } } logout }`;
  const objects = [
    { account: { annualRevenue: null, name: 'A', parent: { name: 'B' } } },
    { contact: { lastName: 'C', vip: true, rating: 'VERY_HOT' } },
  ];
  expect(await graph.run(mutation, { objects })).toEqual({
    data: {
      create: [
        { id: '7', success: true, errors: [] },
        { id: null, success: false, errors: [{ message: 'No.' }] },
      ],
      logout: true,
    },
  });
  expect(created).toEqual([
    [
      {
        [TYPE]: `${OBJECT}Account`,
        [`${OBJECT}Name`]: 'A',
        [`${OBJECT}AnnualRevenue`]: null,
        [`${OBJECT}Parent`]: { [TYPE]: `${OBJECT}Account`, [`${OBJECT}Name`]: 'B' },
      },
      {
        [TYPE]: `${OBJECT}Contact`,
        '@vip': 'true',
        [`${OBJECT}LastName`]: 'C',
        [`${OBJECT}Rating`]: 'Very hot',
      },
    ],
  ]);
  const before = xml.asked.length;
  const fetch = graph.runtime.compileFetch({
    subgraph: 'shop',
    kind: OperationTypeNode.QUERY,
    operation: '',
    document: parse('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { name } } }'),
    operationName: undefined,
    variableNames: [],
    entities: true,
  });
  const representations = ['9', '8', '9'].map((id) => ({ __typename: 'Account', id }));
  const found = await fetch(
    { variables: {}, representations },
    contextOf({ deadlineAt: Date.now() + 20_000 }),
  );
  expect(found).toMatchObject({
    entities: [{ name: 'Name of 9' }, { name: 'Name of 8' }, { name: 'Name of 9' }],
  });
  expect(xml.asked.length - before).toBe(1);
});

test('documents of several namespaces are read and written by namespace, with their attributes', async () => {
  const sample =
    '<ubl:Order xmlns:ubl="urn:example:ubl:Order-2" xmlns:a="urn:example:ubl:CommonAggregateComponents-2" xmlns="urn:example:ubl:CommonBasicComponents-2"><ID schemeID="x">1</ID><IssueDate>2026-11-21</IssueDate><Note languageID="en">A</Note><Note>B</Note><a:BuyerCustomerParty><a:Party><Name>N</Name></a:Party></a:BuyerCustomerParty><a:OrderLine><ID>1</ID><Quantity unitCode="C62">2.50</Quantity><LineExtensionAmount currencyID="EUR">10</LineExtensionAmount></a:OrderLine></ubl:Order>';
  const operations = ['GET /orders/{id} Order', 'POST /orders Order Order', 'DELETE /orders/{id}'];
  const { graph, xml } = await serving(await xsd('ubl/order.xsd', { operations }), ({ method, body }) =>
    method === 'GET' ? sample : method === 'DELETE' ? answer({ status: 204, body: '' }) : body,
  );
  const fields =
    '{ id { value schemeId } issueDate notes { value languageId } orderLines { quantity { value unitCode } lineExtensionAmount { value currencyId } } }';
  const expected = {
    id: { value: '1', schemeId: 'x' },
    issueDate: '2026-11-21',
    notes: [
      { value: 'A', languageId: 'en' },
      { value: 'B', languageId: null },
    ],
    orderLines: [
      {
        quantity: { value: '2.50', unitCode: 'C62' },
        lineExtensionAmount: { value: '10', currencyId: 'EUR' },
      },
    ],
  };
  expect(await graph.run(`{ order(id: "a/b") ${fields} }`)).toEqual({ data: { order: expected } });
  expect(xml.asked[0]!.url).toBe('/orders/a%2Fb');
  const input = {
    ...expected,
    buyerCustomerParty: { party: { names: [{ value: 'N' }] } },
    orderLines: [{ ...expected.orderLines[0], id: { value: '1' } }],
  };
  const mutation = `mutation ($input: OrderInput!) { createOrder(input: $input) ${fields} deleteOrder(id: 1) }`;
  expect(await graph.run(mutation, { input })).toEqual({
    data: { createOrder: expected, deleteOrder: true },
  });
});

test('a sample says where its document is, and what it holds is read', async () => {
  const { graph, xml } = await serving(
    await xsd('rates/gesmes.xsd', { files: [`${FIXTURES}/rates/daily.xml`] }),
    () => readFileSync(`${FIXTURES}/rates/daily.xml`, 'utf8'),
  );
  expect(
    await graph.run(
      '{ envelope { subject sender { name } cube { source days { time rates { currency rate } } } } }',
    ),
  ).toEqual({
    data: {
      envelope: {
        subject: 'Reference rates',
        sender: { name: 'Central Bank' },
        cube: {
          source: 'fixing',
          days: [
            {
              time: '2026-11-20',
              rates: [
                { currency: 'USD', rate: '1.0432' },
                { currency: 'JPY', rate: '161.90' },
              ],
            },
          ],
        },
      },
    },
  });
  expect(xml.asked[0]!.url).toBe('/daily.xml');
});
