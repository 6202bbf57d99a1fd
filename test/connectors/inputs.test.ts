import { expect, test } from 'vitest';
import { xmlBackend } from './backends.ts';
import { problemsOf } from './graph.ts';
import { graphOf, keep } from './kept.ts';

const SDL = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    @link(url: "https://specs.sluice.dev/connector/v0.1", import: ["@xml", "@xmlNamespace", "@mapping"])
    @xmlNamespace(prefix: "soap", uri: "http://schemas.xmlsoap.org/soap/envelope/")
    @xmlNamespace(prefix: "s", uri: "urn:shapes")
  type Query {
    shapes(kind: Kind = DARK_BLUE): [Shape!]!
      @xml(
        upstream: "xml"
        POST: "/shapes"
        headers: [
          { name: "SOAPAction", value: "\\"urn:shapes/List\\"" }
          { name: "content-type", value: "text/xml; charset=utf-8" }
        ]
        body: """
        "soap:Envelope": { "soap:Body": { "s:List": { "@s:kind": $args.kind } } }
        """
        selection: """
        $."soap:Envelope"."soap:Body"."s:ListResponse"."s:shape"
        """
      )
    ping: Boolean @xml(upstream: "xml", GET: "/ping", selection: "true")
  }
  type Mutation {
    draw(tree: TreeInput!, shape: ShapeInput): Boolean
      @xml(
        upstream: "xml"
        POST: "/draw"
        body: """
        "s:draw": { "s:tree": $args.tree "s:shape": $args.shape? }
        """
        selection: "true"
      )
  }
  enum Kind {
    PLAIN
    DARK_BLUE @mapping(from: "Dark blue")
  }
  interface Shape {
    id: ID!
  }
  type Circle implements Shape
    @mapping(
      from: "s:Circle"
      selection: """
      id: @id radius: $."s:radius" kind: $."s:kind"
      """
    ) {
    id: ID!
    radius: Float
    kind: Kind
  }
  type Square implements Shape
    @mapping(
      from: "s:Square"
      selection: """
      id: @id side: $."s:side"
      """
    ) {
    id: ID!
    side: Int
  }
  input TreeInput
    @mapping(
      selection: """
      @name: name
      "s:note": note
      "s:colour": colour?
      "s:branches": branches?->echo({ "s:tree": @ })
      "s:leaf": leaf?->match([true, ""])
      """
    ) {
    name: String!
    note: String
    colour: Kind
    branches: [TreeInput!]
    leaf: Boolean
  }
  input ShapeInput @oneOf @mapping(selection: "circle ?? square") {
    circle: CircleInput
    square: SquareInput
  }
  input CircleInput
    @mapping(
      selection: """
      "@xsi:type": "s:Circle"
      @id: id
      "s:radius": radius
      """
    ) {
    id: ID!
    radius: Float
  }
  input SquareInput
    @mapping(
      selection: """
      "@xsi:type": "s:Square" @id: id
      """
    ) {
    id: ID!
  }
`;

const NAMESPACES =
  'xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:q="urn:shapes"';

const graph = async (answers: (url: string) => string) => {
  const xml = await keep(xmlBackend(({ url }) => answers(url)));
  return { xml, graph: graphOf({ sdl: SDL, backends: { xml } }) };
};

test('an input that a body takes whole is written as its own mapping says, at every depth', async () => {
  const { xml, graph: shop } = await graph(() => '<ok/>');
  const query = 'mutation ($tree: TreeInput!, $shape: ShapeInput) { draw(tree: $tree, shape: $shape) }';
  const tree = {
    name: 'a',
    note: null,
    colour: 'DARK_BLUE',
    branches: [
      { name: 'b', leaf: true },
      { name: 'c', colour: null, branches: [], leaf: false },
    ],
  };
  expect(await shop.run(query, { tree, shape: { circle: { id: '1', radius: 2 } } })).toEqual({
    data: { draw: true },
  });
  const head =
    '<?xml version="1.0" encoding="UTF-8"?><s:draw xmlns:s="urn:shapes" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">';
  expect(xml.asked[0]!.body).toBe(
    `${head}<s:tree name="a"><s:note xsi:nil="true"/><s:colour>Dark blue</s:colour><s:branches><s:tree name="b"><s:leaf/></s:tree><s:tree name="c"><s:branches/></s:tree></s:branches></s:tree><s:shape xsi:type="s:Circle" id="1"><s:radius>2</s:radius></s:shape></s:draw>`,
  );
  await shop.run(query, { tree: { name: 'a' }, shape: { square: { id: '1' } } });
  expect(xml.asked[1]!.body).toContain('<s:tree name="a"/><s:shape xsi:type="s:Square" id="1"/>');
});

test('members of an abstract type are told by xsi:type, whatever prefix the answer uses', async () => {
  const { xml, graph: shop } = await graph(
    () =>
      `<e:Envelope ${NAMESPACES}><e:Body><q:ListResponse><q:shape i:type="q:Circle" id="1"><q:radius>1.5</q:radius><q:kind>Dark blue</q:kind></q:shape><q:shape i:type=" q:Square " id="2"><q:side>3</q:side></q:shape></q:ListResponse></e:Body></e:Envelope>`,
  );
  const query = '{ shapes { __typename id ... on Circle { radius kind } ... on Square { side } } }';
  expect(await shop.run(query)).toEqual({
    data: {
      shapes: [
        { __typename: 'Circle', id: '1', radius: 1.5, kind: 'DARK_BLUE' },
        { __typename: 'Square', id: '2', side: 3 },
      ],
    },
  });
  const { headers, body } = xml.asked[0]!;
  expect(headers).toMatchObject({
    soapaction: '"urn:shapes/List"',
    'content-type': 'text/xml; charset=utf-8',
  });
  expect(body).toContain('<s:List s:kind="Dark blue"/>');
});

test('an enum value that a backend calls otherwise is not taken under its own name', async () => {
  const { graph: shop } = await graph(
    () =>
      `<e:Envelope ${NAMESPACES}><e:Body><q:ListResponse><q:shape i:type="q:Circle" id="1"><q:kind>DARK_BLUE</q:kind></q:shape></q:ListResponse></e:Body></e:Envelope>`,
  );
  const { errors } = await shop.run('{ shapes(kind: PLAIN) { ... on Circle { kind } } }');
  expect(errors?.[0]).toMatchObject({
    path: ['shapes', 0, 'kind'],
    extensions: { code: 'UPSTREAM_BAD_RESPONSE' },
  });
});

test('a mapping of an input that reads a field which the input has not is refused', () => {
  const wrong = SDL.replace('@name: name', '@name: nam');
  expect(problemsOf(wrong)).toEqual([
    expect.objectContaining({
      code: 'SELECTION_UNKNOWN_FIELD',
      message: 'The mapping reads "nam", but the input TreeInput has no such field.',
    }),
  ]);
});
