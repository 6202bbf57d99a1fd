import {
  buildSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
  parse,
  print,
  printSchema,
  validate,
  validateSchema,
  visit,
} from 'graphql';
import { expect, it } from 'vitest';
import type { ExecutionResult } from '../../../gateway/compile/executable.ts';
import { SluiceError } from '../../../gateway/errors.ts';
import { createRemoteSubgraph } from '../../../gateway/execute/remote.ts';
import { ProblemsError } from '../../../gateway/problem.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { buildSnapshot, type Snapshot } from '../../../gateway/supergraph/snapshot.ts';
import { type FederatedGraph, indexGraph, printSubgraph } from '../../conformance/federated-graph.ts';
import { GraphData } from '../../conformance/graph-data.ts';
import { randomGraph } from '../../conformance/random-graph.ts';
import { type RandomOperation, randomOperation } from '../../conformance/random-operation.ts';
import { type Random, randomFrom } from '../../conformance/random-source.ts';
import { createStrictSubgraph, type StrictRequest } from '../../conformance/strict-subgraph.ts';
import { requestContext } from '../../execute/subgraph-server.ts';

const GRAPHS = Number(process.env['CONTRACT_GRAPHS'] ?? 20);
const SEED = Number(process.env['CONTRACT_SEED'] ?? 1);
const OPERATIONS = 6;
const TAGS = ['a', 'b', 'c'];

/** By coordinate. */
type Tagged = ReadonlyMap<string, readonly string[]>;

const parsedTag = (name: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'tag' },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'name' },
      value: { kind: Kind.STRING, value: name },
    },
  ],
});

/** The supergraph with tags at random elements that clients see. */
function withTags(supergraphSdl: string, random: Random): { sdl: string; tagged: Tagged } {
  const tagged = new Map<string, readonly string[]>();
  const mark = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(
    node: Node,
    coordinate: string,
    probability: number,
  ): Node => {
    const tags = random.chance(probability) ? random.some(TAGS, 0.5) : [];
    if (tags.length > 0) tagged.set(coordinate, tags);
    return { ...node, directives: [...(node.directives ?? []), ...tags.map(parsedTag)] };
  };
  const document = parse(supergraphSdl);
  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.SCHEMA_DEFINITION) {
      const link = parse('schema @link(url: "https://specs.apollo.dev/tag/v0.3") { query: Q }')
        .definitions[0];
      const [directive] = link?.kind === Kind.SCHEMA_DEFINITION ? (link.directives ?? []) : [];
      return { ...node, directives: [...(node.directives ?? []), directive!] };
    }
    if (!('name' in node) || !node.name || /__/.test(node.name.value)) return node;
    const owner = node.name.value;
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const fields = node.fields?.map((field) => {
          const place = `${owner}.${field.name.value}`;
          const args = field.arguments?.map((each) => mark(each, `${place}(${each.name.value}:)`, 0.2));
          return mark({ ...field, arguments: args }, place, 0.5);
        });
        return mark({ ...node, fields }, owner, owner === 'Query' ? 0 : 0.3);
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
        const fields = node.fields?.map((each) => mark(each, `${owner}.${each.name.value}`, 0.2));
        return mark({ ...node, fields }, owner, 0.1);
      }
      case Kind.ENUM_TYPE_DEFINITION: {
        const values = node.values?.map((each) => mark(each, `${owner}.${each.name.value}`, 0.2));
        return mark({ ...node, values }, owner, 0.1);
      }
      case Kind.UNION_TYPE_DEFINITION:
      case Kind.SCALAR_TYPE_DEFINITION:
        return mark(node, owner, 0.1);
      default:
        return node;
    }
  });
  const directive =
    'directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION';
  const whole = { ...document, definitions: [...definitions, ...parse(directive).definitions] };
  return { sdl: print(whole as DocumentNode), tagged };
}

function snapshotOf(
  graph: FederatedGraph,
  supergraphSdl: string,
  contracts: NonNullable<Parameters<typeof buildSnapshot>[0]['contracts']>,
): Snapshot {
  const data = new GraphData(indexGraph(graph));
  const subgraphs = graph.subgraphs.map((model) => {
    const strict = createStrictSubgraph(model, data, () => undefined);
    const call = (request: { readonly input: { readonly body: string } }) => {
      const answer: unknown = strict.answer(JSON.parse(request.input.body) as StrictRequest);
      return Promise.resolve({
        data: JSON.parse(JSON.stringify(answer)) as unknown,
        status: 200,
        headers: {},
      });
    };
    return [model.name, createRemoteSubgraph({ name: model.name, call })] as const;
  });
  return buildSnapshot({ generation: 1, supergraphSdl, contracts, subgraphs: new Map(subgraphs) });
}

/** All coordinates of a schema, without those of introspection and of arguments of directives. */
function coordinates(schema: GraphQLSchema): ReadonlySet<string> {
  const all = new Set<string>();
  visit(parse(printSchema(schema)), {
    enter(node, _key, _parent, _path, ancestors) {
      if (!('name' in node) || !node.name || node.kind === Kind.NAMED_TYPE) return;
      if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
      const owners = ancestors.flatMap((each) => ('kind' in each && 'name' in each ? [each.name.value] : []));
      const name = node.name.value;
      if (node.kind === Kind.INPUT_VALUE_DEFINITION && owners.length === 2)
        all.add(`${owners[0]}.${owners[1]}(${name}:)`);
      else if (node.kind.endsWith('Definition')) all.add([...owners, name].join('.'));
      return undefined;
    },
  });
  return all;
}

function expectOnlyIncluded(schema: GraphQLSchema, tagged: Tagged, include: readonly string[]): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.keys(type.getFields())) {
      const tags = [...(tagged.get(`${type.name}.${field}`) ?? []), ...(tagged.get(type.name) ?? [])];
      expect(
        tags.filter((tag) => include.includes(tag)),
        `${type.name}.${field}`,
      ).not.toEqual([]);
    }
  }
}

/** What a client would get, also if it is a refusal. */
async function run(
  snapshot: Snapshot,
  { document, operationName, variables }: RandomOperation,
): Promise<ExecutionResult> {
  try {
    return await snapshot.executable(document, operationName).run(variables, requestContext());
  } catch (error) {
    const { message, code } = SluiceError.from(error);
    return { errors: [{ message, extensions: { code } }] };
  }
}

it('each contract of a random graph is a valid part of it, and answers as the graph does', async () => {
  const counts = { contracts: 0, empty: 0, same: 0, hidden: 0 };
  for (let seed = SEED; counts.contracts < GRAPHS; seed++) {
    const graph = randomGraph(seed);
    const composed = composeSupergraph(
      graph.subgraphs.map((each) => ({ name: each.name, sdl: printSubgraph(each) })),
    );
    if ('problems' in composed) continue;
    const random = randomFrom(seed ^ 0x2545f491);
    const { sdl, tagged } = withTags(composed.supergraphSdl, random);
    const contract = {
      include: random.chance(0.5) ? random.some(TAGS, 0.7) : [],
      exclude: random.some(TAGS, 0.3),
    };
    const where = `seed ${seed}, ${JSON.stringify(contract)}`;
    let main: Snapshot;
    try {
      main = snapshotOf(graph, sdl, new Map([['v', contract]]));
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      counts.empty += 1;
      continue;
    }
    counts.contracts += 1;
    const variant = main.variants.get('v')!;
    // Built again: the one that is served is not validated a second time.
    const text = printSchema(variant.schema);
    expect(validateSchema(buildSchema(text, { assumeValidSDL: true })), where).toEqual([]);
    const [whole, kept] = [coordinates(main.schema), coordinates(variant.schema)];
    expect(
      [...kept].filter((each) => !whole.has(each)),
      where,
    ).toEqual([]);
    const excluded = [...tagged].filter(([, tags]) => tags.some((tag) => contract.exclude.includes(tag)));
    expect(
      excluded.map(([coordinate]) => coordinate).filter((each) => kept.has(each)),
      where,
    ).toEqual([]);
    if (contract.include.length > 0) expectOnlyIncluded(variant.schema, tagged, contract.include);

    for (let number = 0; number < OPERATIONS; number++) {
      const operation = randomOperation(variant.schema, randomFrom(seed * 1000 + number));
      // What introspection tells is what differs.
      if (/\b__(?:type|schema)\b/.test(print(operation.document))) continue;
      const place = `${where}, operation ${number}: ${print(operation.document)}`;
      expect(validate(main.schema, operation.document), place).toEqual([]);
      const [ours, theirs] = [await run(variant, operation), await run(main, operation)];
      // Objects and enum values that the contract hides are no answer to its clients.
      if (ours.errors?.length !== theirs.errors?.length) {
        const messages = ours.errors?.map(({ message }) => message) ?? [];
        expect(
          messages.some((message) => /this schema does not have|gave a value that is no /.test(message)),
          `${place} ${messages.join()}`,
        ).toBe(true);
        counts.hidden += 1;
        continue;
      }
      expect(JSON.stringify(ours.data), place).toBe(JSON.stringify(theirs.data));
      counts.same += 1;
    }
  }
  console.log(JSON.stringify(counts));
  expect(counts.same).toBeGreaterThan(counts.hidden);
}, 60_000);
