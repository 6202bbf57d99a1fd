/** Random `.proto` files: valid ones, of everything that a gateway makes something of. */
import * as fc from 'fast-check';

const SCALARS = [
  'double',
  'float',
  'int32',
  'uint32',
  'sint64',
  'fixed64',
  'sfixed32',
  'bool',
  'string',
  'bytes',
];
const WELL_KNOWN = [
  'Timestamp',
  'Duration',
  'Struct',
  'Value',
  'ListValue',
  'Any',
  'Empty',
  'FieldMask',
  'Int64Value',
  'StringValue',
];
const KEYS = ['int32', 'int64', 'bool', 'string'];
/** Few, so that they collide; some mean something in GraphQL or to the importer. */
const MESSAGES = [
  'User',
  'Order',
  'Query',
  'PageInfo',
  'Status',
  'order_line',
  'UserInput',
  'StringEntry',
  'GetUserRequest',
  'ListUsersResponse',
];
const FIELDS = [
  'id',
  'user_id',
  'order_ids',
  'name',
  'status',
  'users',
  'input',
  'first',
  'ID',
  'type',
  'query',
  '__typename',
  'page_size',
  'page_token',
  'next_page_token',
  'total_size',
  'true',
  'a_1',
  'user',
  'update_mask',
];
const VERBS = ['Get', 'List', 'BatchGet', 'Create', 'Update', 'Delete', 'Search', 'Watch', 'Do', ''];

interface Field {
  readonly name: string;
  readonly kind: 'plain' | 'optional' | 'repeated' | 'map' | 'oneof';
  readonly type: string;
  readonly key: string;
  readonly behavior: string;
}

const typeOf = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...SCALARS) },
    { weight: 3, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom('Kind', 'Flag') },
    { weight: 1, arbitrary: fc.constantFrom(...WELL_KNOWN).map((name) => `google.protobuf.${name}`) },
  );

const fieldOf = (names: readonly string[]): fc.Arbitrary<Field> =>
  fc.record({
    name: fc.constantFrom(...FIELDS),
    kind: fc.constantFrom('plain', 'plain', 'optional', 'repeated', 'map', 'oneof'),
    type: typeOf(names),
    key: fc.constantFrom(...KEYS),
    behavior: fc.constantFrom('', '', '', 'REQUIRED', 'OUTPUT_ONLY', 'INPUT_ONLY', 'IMMUTABLE', 'IDENTIFIER'),
  });

/** JSON names must differ, as in every real file. */
const unique = (field: Field): string => field.name.replaceAll('_', '').toLowerCase();

function printField({ name, kind, type, key, behavior }: Field, number: number): string {
  const options = behavior === '' ? '' : ` [(google.api.field_behavior) = ${behavior}]`;
  const end = `${name} = ${number}${options};`;
  if (kind === 'map') return `map<${key}, ${type}> ${end}`;
  return `${kind === 'optional' || kind === 'repeated' ? `${kind} ` : ''}${type} ${end}`;
}

function printMessage(name: string, fields: readonly Field[]): string {
  const numbered = fields.map((field, i) => ({ field, text: printField(field, i + 1) }));
  const members = numbered.filter(({ field }) => field.kind === 'oneof').map(({ text }) => text);
  const others = numbered.filter(({ field }) => field.kind !== 'oneof').map(({ text }) => text);
  const oneof = members.length > 0 ? [`oneof choice_of { ${members.join(' ')} }`] : [];
  return `message ${name} { ${[...others, ...oneof].join('\n  ')} }`;
}

const method = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      verb: fc.constantFrom(...VERBS),
      noun: fc.constantFrom('User', 'Users', 'Order', 'Thing', ''),
      request: fc.constantFrom(
        ...names,
        'google.protobuf.Empty',
        'google.protobuf.Struct',
        'google.protobuf.Timestamp',
      ),
      response: fc.constantFrom(...names, 'google.protobuf.Empty', 'google.protobuf.Any'),
      streams: fc.constantFrom('', '', '', 'in', 'out'),
    })
    .map(({ verb, noun, request, response, streams }) => {
      const name = `${verb}${noun}` || 'Run';
      return `rpc ${name}(${streams === 'in' ? 'stream ' : ''}${request}) returns (${streams === 'out' ? 'stream ' : ''}${response});`;
    });

const nameOf = (rpc: string): string => /rpc (\w+)/.exec(rpc)![1]!;

export const protoFile: fc.Arbitrary<string> = fc
  .uniqueArray(fc.constantFrom(...MESSAGES), { minLength: 2, maxLength: 6 })
  .chain((names) =>
    fc.record({
      names: fc.constant(names),
      messages: fc.array(fc.uniqueArray(fieldOf(names), { selector: unique, maxLength: 8 }), {
        minLength: names.length,
        maxLength: names.length,
      }),
      services: fc.array(fc.uniqueArray(method(names), { selector: nameOf, minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  )
  .map(({ names, messages, services }) =>
    [
      'syntax = "proto3";',
      'package random.v1;',
      ...['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'].map(
        (file) => `import "google/protobuf/${file}.proto";`,
      ),
      'enum Kind { KIND_UNSPECIFIED = 0; KIND_BIG = 1; }',
      'enum Flag { true = 0; other = 1; }',
      ...names.map((name, i) => printMessage(name, messages[i]!)),
      ...services.map(
        (methods, i) => `service ${i === 0 ? 'UserService' : 'Orders'} {\n  ${methods.join('\n  ')}\n}`,
      ),
    ].join('\n'),
  );
