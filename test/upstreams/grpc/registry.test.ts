import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProtos } from '../../../gateway/upstreams/grpc/registry.ts';
import type { MessageType } from '../../../gateway/upstreams/grpc/types.ts';
import { FIXTURES, fixtures } from './fixtures.ts';

const registry = fixtures('kinds.proto', 'legacy.proto', 'edition.proto');

function problemsOf(...files: string[]): ReturnType<typeof loadProtos>['problems'] {
  const loaded = loadProtos({
    files: files.map((file) => path.join(FIXTURES, file)),
    includeDirs: [FIXTURES],
  });
  expect(loaded.registry).toBeUndefined();
  return loaded.problems;
}

describe('the proto registry', () => {
  it('describes methods by full name, with streaming, idempotency and comments', () => {
    expect(registry.method('kinds.v1.Echo/Everything')).toMatchObject({
      fullName: 'kinds.v1.Echo/Everything',
      path: '/kinds.v1.Echo/Everything',
      clientStreaming: false,
      serverStreaming: false,
      idempotent: true,
    });
    expect(registry.method('kinds.v1.Echo/Count')).toMatchObject({
      serverStreaming: true,
      idempotent: false,
      comment: 'Counts to x.',
    });
    expect(registry.method('kinds.v1.Echo/Collect')?.clientStreaming).toBe(true);
    expect(registry.method('kinds.v1.Echo/Nothing')).toBeUndefined();
    expect(registry.services().map((service) => [service.name, service.comment])).toEqual([
      ['kinds.v1.Echo', 'Gives back what it gets.'],
    ]);
  });

  it('describes fields by JSON name, with presence, lists, maps, oneofs and enums', () => {
    const field = (message: string, name: string) =>
      registry.message(`kinds.v1.${message}`)?.fields.get(name);
    expect(field('Scalars', 'anInt64')).toMatchObject({
      name: 'an_int64',
      type: 'int64',
      presence: 'implicit',
    });
    expect(field('Optionals', 'aString')).toMatchObject({ type: 'string', presence: 'explicit' });
    expect(field('Optionals', 'aString')).not.toHaveProperty('oneof');
    expect(field('Lists', 'points')).toMatchObject({ repeated: true, presence: 'implicit' });
    expect(field('Maps', 'byInt64')).toMatchObject({ map: { key: 'int64' }, type: 'int32', repeated: false });
    expect(field('Choice', 'text')).toMatchObject({ oneof: 'media', presence: 'explicit' });
    expect(field('Scalars', 'mood')?.type).toMatchObject({
      kind: 'enum',
      name: 'kinds.v1.Mood',
      closed: false,
      values: new Map([
        ['MOOD_UNSPECIFIED', 0],
        ['MOOD_HAPPY', 1],
        ['MOOD_SAD', -2],
      ]),
      comment: 'How it feels.',
    });
    expect(field('Named', '@id')).toMatchObject({ name: 'own_name', deprecated: true });
  });

  it("lists real oneofs, not the synthetic ones of proto3's optional", () => {
    expect(registry.message('kinds.v1.Choice')?.oneofs).toEqual(
      new Map([['media', ['text', 'number', 'point', 'mood', 'blob']]]),
    );
    expect(registry.message('kinds.v1.Optionals')?.oneofs.size).toBe(0);
  });

  it('describes a message that contains itself', () => {
    const tree = registry.message('kinds.v1.Tree')!;
    expect(tree.fields.get('children')?.type).toBe(tree);
  });

  it.each([
    ['at', 'Timestamp'],
    ['lasts', 'Duration'],
    ['struct', 'Struct'],
    ['value', 'Value'],
    ['list', 'ListValue'],
    ['mask', 'FieldMask'],
    ['any', 'Any'],
    ['nothing', 'Empty'],
    ['aUint64', 'wrapper'],
  ])('knows the well-known type of %s', (name, wellKnown) => {
    const type = registry.message('kinds.v1.WellKnown')?.fields.get(name)?.type as MessageType;
    expect(type.wellKnown).toBe(wellKnown);
  });

  it('knows what proto2 and editions say about presence', () => {
    const parcel = registry.message('legacy.v1.Parcel')!;
    expect([...parcel.fields.keys()]).toEqual(['code', 'weight', 'size', 'item']);
    expect(parcel.fields.get('code')).toMatchObject({ required: true, presence: 'explicit' });
    expect(parcel.fields.get('size')?.type).toMatchObject({ closed: true });
    const sample = registry.message('edition.v1.Sample')!;
    expect(sample.fields.get('explicit')?.presence).toBe('explicit');
    expect(sample.fields.get('implicit')?.presence).toBe('implicit');
  });

  it('suggests the method that a misspelt name means', () => {
    expect(registry.suggest('kinds.v1.Echo/Everthing')).toBe('kinds.v1.Echo/Everything');
    expect(registry.suggest('other.v1.Thing/DoSomethingElse')).toBeUndefined();
  });
});

describe('loading protos reports', () => {
  it('every missing file, missing import and syntax error at once, with file and line', () => {
    const problems = problemsOf('bad/imports.proto', 'bad/absent.proto');
    expect(problems.map(({ code, file, line }) => [code, path.basename(file!), line])).toEqual([
      ['PROTO_FILE_NOT_FOUND', 'absent.proto', undefined],
      ['PROTO_IMPORT_NOT_FOUND', 'imports.proto', 3],
      ['PROTO_SYNTAX', 'syntax.proto', 4],
    ]);
    expect(problems[1]?.message).toContain('"nowhere/at_all.proto"');
  });

  it('every type that does not exist, with line and suggestion', () => {
    const problems = problemsOf('bad/types.proto');
    expect(problems.map(({ code, line }) => [code, line])).toEqual([
      ['PROTO_TYPE_NOT_FOUND', 8],
      ['PROTO_TYPE_NOT_FOUND', 10],
      ['PROTO_TYPE_NOT_FOUND', 14],
    ]);
    expect(problems[0]?.message).toBe(
      'The type "Adress" of bad.v1.User.home does not exist. Did you mean "Address"?',
    );
  });

  it('two fields that would be one property', () => {
    expect(problemsOf('bad/names.proto')).toMatchObject([
      {
        code: 'PROTO_JSON_NAME_CONFLICT',
        message:
          'The fields "first_name" and "firstName" of bad.v1.Twice have the same JSON name "firstName".',
      },
    ]);
  });
});

describe('the batch form of a method', () => {
  const shop = fixtures('batches.proto');
  const batchOf = (name: string) => shop.findBatchMethod(shop.method(`batches.v1.Shop/${name}`)!);

  it.each([
    ['GetUser', 'BatchGetUsers', 'ids', 'users', 'id', 'id'],
    ['GetCategory', 'GetCategories', 'categoryIds', 'categories', 'categoryId', 'categoryId'],
    ['GetOrder', 'ListOrdersByIds', 'orderIds', 'orders', 'orderId', 'id'],
  ])('%s: %s', (single, batch, requestField, responseField, keyField, answerKeyField) => {
    expect(batchOf(single)).toMatchObject({
      method: { name: batch },
      requestField: { jsonName: requestField },
      responseField: { jsonName: responseField },
      keyField: { jsonName: keyField },
      answerKeyField: { jsonName: answerKeyField },
    });
  });

  it.each([
    ['GetStock', 'the keys are of another type'],
    ['GetReview', 'the answers do not hold their key'],
    ['GetPrice', 'the single request needs more than a key'],
    ['GetTeam', 'the batch answers page by page'],
    ['BatchGetUsers', 'it is one itself'],
  ])('%s has none: %s', (single) => {
    expect(batchOf(single)).toBeUndefined();
  });
});
